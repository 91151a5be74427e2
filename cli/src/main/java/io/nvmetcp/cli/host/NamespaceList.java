package io.nvmetcp.cli.host;

import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.ControllerInfo;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.SubsystemAddress;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** Namespaces of subsystems as a table or as JSON, in the manner of nvme-cli's list. */
public final class NamespaceList {
  private static final String FORM = "%-28s %-20s %-40s %-10s %-26s %-16s %-8s%n";

  private final StringBuilder rows = new StringBuilder();
  private final JsonArray devices = new JsonArray();

  /** An empty list. */
  public NamespaceList() {}

  /** Adds the namespaces of a controller. */
  public void add(SubsystemAddress address, Controller controller) {
    ControllerInfo info = controller.info();
    for (Namespace namespace : controller.namespaces()) {
      String size = Sizes.decimal(namespace.sizeBytes());
      rows.append(
          String.format(
              FORM,
              Printable.of(address.host()) + ":" + address.port() + "/" + namespace.id(),
              Printable.of(info.serial()),
              Printable.of(info.model()),
              "0x" + Long.toHexString(namespace.id()),
              size + " / " + size,
              String.format(Locale.ROOT, "%6s +  0 B", Sizes.decimal(namespace.blockBytes())),
              Printable.of(info.firmware())));
      devices.add(
          new JsonObject()
              .put("NameSpace", namespace.id())
              .put("DevicePath", address.host() + ":" + address.port() + "/" + namespace.id())
              .put("Firmware", info.firmware())
              .put("ModelNumber", info.model())
              .put("SerialNumber", info.serial())
              .put("UsedBytes", namespace.sizeBytes())
              .put("MaximumLBA", namespace.blocks())
              .put("PhysicalSize", namespace.sizeBytes())
              .put("SectorSize", namespace.blockBytes())
              .put("SubsystemNQN", address.nqn())
              .put("UUID", namespace.uuid().map(Object::toString).orElse(""))
              .put("ReadOnly", namespace.readOnly()));
    }
  }

  /** A heading and a line per namespace. */
  public String text() {
    String heading =
        String.format(FORM, "Node", "SN", "Model", "Namespace", "Usage", "Format", "FW Rev");
    String rule =
        String.format(
            FORM,
            "-".repeat(28),
            "-".repeat(20),
            "-".repeat(40),
            "-".repeat(10),
            "-".repeat(26),
            "-".repeat(16),
            "-".repeat(8));
    return heading + rule + rows;
  }

  /** An object with a list of devices. */
  public JsonObject json() {
    return new JsonObject().put("Devices", devices);
  }
}
