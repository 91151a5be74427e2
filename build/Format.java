import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Checks, or fixes, the format of every Java file below the working directory in one JVM.
 *
 * <p>Run by the root {@code pom.xml}; see CONTRIBUTING.md for the commands.
 */
final class Format {
  private static final Set<String> SKIPPED = Set.of(".git", ".idea", "node_modules");

  public static void main(String[] args) throws IOException {
    boolean fix = args.length > 0 && args[0].equals("fix");
    var wrong = new ConcurrentSkipListSet<String>();
    sources(Path.of("")).parallelStream()
        .forEach(
            file -> {
              try {
                String before = Files.readString(file);
                String after = format(before);
                if (!before.equals(after)) {
                  wrong.add(file.toString());
                  if (fix) {
                    Files.writeString(file, after);
                  }
                }
              } catch (FormatterException e) {
                wrong.add(file + ": " + e.getMessage());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    wrong.forEach(name -> System.out.println((fix ? "formatted " : "wrong format: ") + name));
    if (!fix && !wrong.isEmpty()) {
      System.out.println("Fix with: mvn -q -N validate -Pformat");
      System.exit(1);
    }
  }

  private static String format(String source) throws FormatterException {
    var formatter = new Formatter(JavaFormatterOptions.defaultOptions());
    String ordered = ImportOrderer.reorderImports(source, JavaFormatterOptions.Style.GOOGLE);
    return formatter.formatSource(RemoveUnusedImports.removeUnusedImports(ordered));
  }

  private static List<Path> sources(Path root) throws IOException {
    var found = new ArrayList<Path>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            return SKIPPED.contains(dir.getFileName().toString()) || isOutput(dir)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  // A module's "target" is what Maven makes; the root's is a module, and there are packages of that
  // name.
  private static boolean isOutput(Path dir) {
    Path module = dir.getParent();
    return dir.endsWith("target") && module != null && Files.exists(module.resolve("pom.xml"));
  }

  private Format() {}
}
