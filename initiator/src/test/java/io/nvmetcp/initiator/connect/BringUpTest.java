package io.nvmetcp.initiator.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Cap;
import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.ControllerBits;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IdentifyNamespace;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.PropertyCommand;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BringUpTest {
  private static final int MAX_NAMESPACES = 1200;
  private static final ConnectParameters PARAMETERS =
      new ConnectParameters(
          new ConnectData(new UUID(3, 4), Fabrics.CNTLID_DYNAMIC, "nqn.sub", "nqn.host"),
          32,
          2,
          128,
          5000,
          MAX_NAMESPACES,
          true);

  private final ControllerModel model = new ControllerModel();
  private final List<String> transcript = new ArrayList<>();
  private long pausedMillis;

  private Action run(ConnectParameters parameters) {
    return run(parameters, (index, answer) -> answer);
  }

  /** Runs a bring-up; {@code spoil} may change the answer of a command, by its index. */
  private Action run(
      ConnectParameters parameters,
      BiFunction<Integer, ControllerModel.Answer, ControllerModel.Answer> spoil) {
    BringUp machine = new BringUp(parameters);
    Action action = machine.start();
    int index = 0;
    while (true) {
      switch (action) {
        case Action.Command command -> {
          transcript.add(line(command.sqe()));
          ControllerModel.Answer answer = spoil.apply(index++, model.answer(command));
          action = machine.completed(answer.status(), answer.result(), answer.data());
        }
        case Action.Pause(long millis) -> {
          pausedMillis += millis;
          action = machine.resumed();
        }
        case Action.Done _, Action.Failed _, Action.Scanned _, Action.ShutDown _ -> {
          return action;
        }
      }
    }
  }

  private static String line(byte[] sqe) {
    return switch (Sqe.opcode(sqe, 0)) {
      case Fabrics.OPCODE ->
          switch (Sqe.fctype(sqe, 0)) {
            case Fabrics.CONNECT ->
                "Connect qid=%d sqsize=%d cattr=%d kato=%d"
                    .formatted(
                        ConnectCommand.qid(sqe, 0),
                        ConnectCommand.sqsize(sqe, 0),
                        ConnectCommand.cattr(sqe, 0),
                        ConnectCommand.katoMillis(sqe, 0));
            case Fabrics.PROPERTY_GET -> "Get %02Xh".formatted(PropertyCommand.property(sqe, 0));
            default ->
                "Set %02Xh = %Xh"
                    .formatted(PropertyCommand.property(sqe, 0), PropertyCommand.value(sqe, 0));
          };
      case AdminOpcode.IDENTIFY ->
          "Identify %02Xh nsid=%d".formatted(Sqe.cdw(sqe, 0, 10), Sqe.nsid(sqe, 0));
      case AdminOpcode.SET_FEATURES ->
          "Set Features %02Xh = %Xh".formatted(Sqe.cdw(sqe, 0, 10), Sqe.cdw(sqe, 0, 11));
      default -> "opcode " + Sqe.opcode(sqe, 0);
    };
  }

  private static ControllerFacts facts(Action action) {
    assertThat(action).isInstanceOf(Action.Done.class);
    return ((Action.Done) action).facts();
  }

  private static String reason(Action action) {
    assertThat(action).isInstanceOf(Action.Failed.class);
    return ((Action.Failed) action).reason();
  }

  @Test
  void sendsTheCommandsInOrder() {
    model.readsUntilReady = 1;
    ControllerFacts facts = facts(run(PARAMETERS));
    assertThat(String.join("\n", transcript))
        .isEqualTo(
            """
            Connect qid=0 sqsize=31 cattr=4 kato=5000
            Get 00h
            Get 08h
            Set 14h = 460000h
            Get 1Ch
            Set 14h = 460001h
            Get 1Ch
            Get 1Ch
            Identify 01h nsid=0
            Set Features 07h = 10001h
            Identify 02h nsid=0
            Identify 00h nsid=1
            Identify 03h nsid=1\
            """);
    assertThat(facts.cntlid()).isEqualTo(ControllerModel.CNTLID);
    assertThat(facts.serial()).isEqualTo("SN1");
    assertThat(facts.model()).isEqualTo("A model");
    assertThat(facts.firmware()).isEqualTo("1.0");
    assertThat(facts.maxTransferBytes()).isEqualTo(128 * 1024);
    assertThat(facts.inCapsuleBytes()).isEqualTo(8192);
    assertThat(facts.ioQueues()).isEqualTo(2);
    assertThat(facts.commands().volatileCache()).isTrue();
    assertThat(facts.namespaces())
        .containsExactly(
            new NamespaceFacts(
                1, 2048, 512, false, NamespaceIdentity.of(new UUID(1, 1)), NamespaceLimits.NONE));
    assertThat(pausedMillis).isEqualTo(20);
  }

  @Test
  void limitsOfCommandsAreAskedForIfACommandHasThem() {
    LittleEndian.put16(model.identify, IdentifyController.ONCS, ControllerBits.ONCS_WRITE_ZEROES);
    // The model knows no such structure, as a controller of an older version.
    ControllerFacts facts = facts(run(PARAMETERS));
    assertThat(transcript).contains("Identify 06h nsid=0");
    assertThat(facts.commands().supports(ControllerBits.ONCS_WRITE_ZEROES)).isTrue();
    assertThat(facts.commands().zeroBytes()).isEqualTo(Long.MAX_VALUE);
    assertThat(facts.namespaces()).hasSize(1);
  }

  @Test
  void aDiscoveryControllerIsReadyAfterIdentify() {
    ControllerFacts facts =
        facts(run(new ConnectParameters(PARAMETERS.identity(), 32, 0, 0, 0, 0, true)));
    assertThat(transcript.getLast()).isEqualTo("Identify 01h nsid=0");
    assertThat(facts.ioQueues()).isZero();
    assertThat(facts.namespaces()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, connect",
    "1, cap",
    "2, vs",
    "3, disable",
    "4, not ready",
    "5, enable",
    "6, ready",
    "7, identify",
    "8, queue count",
    "9, namespace list",
    "10, namespace"
  })
  void aRefusalNamesItsStep(int index, String step) {
    Action end =
        run(
            PARAMETERS,
            (at, answer) ->
                at == index
                    ? new ControllerModel.Answer(Status.INTERNAL_ERROR, 0, answer.data())
                    : answer);
    assertThat(reason(end)).isEqualTo("step '" + step + "': Internal Error (0/06h)");
    assertThat(transcript).hasSize(index + 1);
  }

  @Test
  void aNamespaceWithoutDescriptorsHasNoUuid() {
    Action end =
        run(
            PARAMETERS,
            (at, answer) ->
                at == 11
                    ? new ControllerModel.Answer(Status.INVALID_FIELD, 0, answer.data())
                    : answer);
    assertThat(facts(end).namespaces())
        .singleElement()
        .satisfies(namespace -> assertThat(namespace.uuid()).isEmpty());
  }

  @Test
  void aNamespaceThatWentAwayIsLeftOut() {
    model.namespaces.put(9L, 4096L);
    Action end =
        run(
            PARAMETERS,
            (at, answer) ->
                at == 10
                    ? new ControllerModel.Answer(Status.INVALID_NAMESPACE, 0, answer.data())
                    : answer);
    assertThat(facts(end).namespaces()).extracting(NamespaceFacts::id).containsExactly(9L);
  }

  @Test
  void saysWhichFieldOfConnectIsWrong() {
    int inData = 1 << 16 | ConnectData.SUBNQN;
    Action end =
        run(
            PARAMETERS,
            (at, answer) ->
                new ControllerModel.Answer(
                    Status.CONNECT_INVALID_PARAMETERS | Status.DNR, inData, answer.data()));
    assertThat(reason(end))
        .isEqualTo(
            "step 'connect': Connect Invalid Parameters (1/82h, DNR), wrong field: SUBNQN (no such"
                + " subsystem, or not for this host)");
  }

  @Test
  void givesUpOnAControllerThatIsNeverReady() {
    model.readsUntilReady = -1;
    model.cap = new Cap(127, 3, 1, 0, 0);
    assertThat(reason(run(PARAMETERS)))
        .isEqualTo("step 'ready': the controller does not become ready within CAP.TO");
    assertThat(pausedMillis).isBetween(1500L, 1600L);
  }

  @Test
  void givesUpOnAControllerThatStaysReady() {
    model.stuckReady = true;
    model.cap = new Cap(127, 0, 1, 0, 0);
    assertThat(reason(run(PARAMETERS))).startsWith("step 'not ready': the controller stays ready");
    assertThat(pausedMillis).isBetween(500L, 600L);
  }

  @Test
  void aFatalStatusEndsTheWait() {
    Action end =
        run(
            PARAMETERS,
            (at, answer) ->
                at == 6 ? new ControllerModel.Answer(Status.SUCCESS, 2, answer.data()) : answer);
    assertThat(reason(end)).contains("CSTS.CFS");
  }

  @Test
  void refusesCapabilitiesItCannotWorkWith() {
    model.cap = new Cap(0, 2, 1, 0, 0);
    assertThat(reason(run(PARAMETERS))).startsWith("step 'cap': CAP.MQES 0");
    model.cap = new Cap(127, 2, 1, 4, 4);
    assertThat(reason(run(PARAMETERS))).startsWith("step 'cap': CAP.MPSMIN");
  }

  @Test
  void refusesAnotherControllersIdentity() {
    LittleEndian.put16(model.identify, IdentifyController.CNTLID, 8);
    assertThat(reason(run(PARAMETERS)))
        .isEqualTo("step 'identify': Connect gave controller 7, Identify says 8");
  }

  @Test
  void refusesADataOffsetInCapsules() {
    LittleEndian.put16(model.identify, IdentifyController.ICDOFF, 1);
    assertThat(reason(run(PARAMETERS))).isEqualTo("step 'identify': ICDOFF is not 0");
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "FFFFFFFF, 2", "10000, 1", "00001, 1", "70007, 2"})
  void takesTheFewerOfTheQueuesGranted(String result, int queues) {
    model.grantedQueues = Long.parseLong(result, 16);
    assertThat(facts(run(PARAMETERS)).ioQueues()).isEqualTo(queues);
  }

  @Test
  void readsTheNamespaceListPageByPageUpToTheBoundAndSaysThatItWasCut() {
    for (long id = 1; id <= 1500; id++) {
      model.namespaces.put(id, 8L);
    }
    ControllerFacts facts = facts(run(PARAMETERS));
    assertThat(facts.namespaces()).hasSize(MAX_NAMESPACES);
    assertThat(facts.namespacesCut()).isTrue();
    assertThat(transcript).hasSize(11 + 2 * MAX_NAMESPACES).contains("Identify 02h nsid=1024");
    model.namespaces.keySet().removeIf(id -> id > MAX_NAMESPACES);
    assertThat(facts(run(PARAMETERS)).namespacesCut()).isFalse();
  }

  @Test
  void asksForTheEventsThatTheControllerHasBeforeItLooksAtNamespaces() {
    LittleEndian.put32(model.identify, IdentifyController.OAES, 0x8000_2900L);
    assertThat(facts(run(PARAMETERS)).namespaces()).hasSize(1);
    assertThat(transcript.subList(8, 11))
        .containsExactly(
            "Set Features 07h = 10001h", "Set Features 0Bh = 900h", "Identify 02h nsid=0");
    transcript.clear();
    Action refused =
        run(
            PARAMETERS,
            (at, answer) ->
                at == 9
                    ? new ControllerModel.Answer(Status.INVALID_FIELD, 0, answer.data())
                    : answer);
    assertThat(facts(refused).namespaces()).as("a refusal changes nothing").hasSize(1);
  }

  @Test
  void learnsWhatWatchesOverTheAssociation() {
    assertThat(facts(run(PARAMETERS)))
        .satisfies(
            facts -> {
              assertThat(facts.countsTraffic()).isFalse();
              assertThat(facts.aborts()).isEqualTo(1);
              assertThat(facts.maxCommands()).isZero();
              assertThat(facts.quiesceMillis()).isZero();
              assertThat(facts.subsystemNqn()).isEqualTo("nqn.test");
            });
    LittleEndian.put32(model.identify, IdentifyController.CTRATT, ControllerBits.CTRATT_TBKAS);
    LittleEndian.put8(model.identify, IdentifyController.ACL, 3);
    LittleEndian.put16(model.identify, IdentifyController.MAXCMD, 64);
    LittleEndian.put16(model.identify, IdentifyController.CQT, 700);
    assertThat(facts(run(PARAMETERS)))
        .satisfies(
            facts -> {
              assertThat(facts.countsTraffic()).isTrue();
              assertThat(facts.aborts()).isEqualTo(4);
              assertThat(facts.maxCommands()).isEqualTo(64);
              assertThat(facts.quiesceMillis()).isEqualTo(700);
            });
  }

  @Test
  void saysWhetherAnotherTryMayHelp() {
    for (int dnr : new int[] {0, Status.DNR}) {
      Action end =
          run(
              PARAMETERS,
              (at, answer) ->
                  at == 0
                      ? new ControllerModel.Answer(
                          Status.CONNECT_INVALID_HOST | dnr, 0, answer.data())
                      : answer);
      assertThat(((Action.Failed) end).again()).isEqualTo(dnr == 0);
    }
  }

  @Test
  void whatIsRefusedForTheStateOfThisControllerMayPassAtTheNext() {
    int ended = 0;
    for (int step = 0; step < 12; step++) {
      for (int status : new int[] {Status.COMMAND_SEQUENCE_ERROR, Status.INVALID_OPCODE}) {
        int refused = step;
        Action end =
            run(
                PARAMETERS,
                (at, answer) ->
                    at == refused
                        ? new ControllerModel.Answer(status | Status.DNR, 0, answer.data())
                        : answer);
        if (end instanceof Action.Failed failed) {
          ended++;
          assertThat(failed.again())
              .as("step %d, status %03Xh", step, status)
              .isEqualTo(status == Status.COMMAND_SEQUENCE_ERROR);
        }
      }
    }
    assertThat(ended).as("most commands cannot be done without").isGreaterThan(12);
  }

  @Test
  void leavesOutNamespacesThatItCannotServe() {
    model.namespaces.put(2L, 0L);
    model.namespaces.put(3L, -1L);
    model.namespaces.put(4L, Long.MAX_VALUE / 2);
    assertThat(facts(run(PARAMETERS)).namespaces())
        .extracting(NamespaceFacts::id)
        .containsExactly(1L);
    Action withMetadata =
        run(
            PARAMETERS,
            (at, answer) -> {
              if (at == 10) {
                LittleEndian.put16(answer.data(), IdentifyNamespace.LBAF0, 8);
              }
              return answer;
            });
    assertThat(facts(withMetadata).namespaces()).isEmpty();
  }

  @Test
  void boundsTheCapsuleAndTheTransferOfAControllerWithoutLimits() {
    LittleEndian.put32(model.identify, IdentifyController.IOCCSZ, 0xFFFF_FFFFL);
    LittleEndian.put8(model.identify, IdentifyController.MDTS, 0);
    ControllerFacts facts = facts(run(PARAMETERS));
    assertThat(facts.inCapsuleBytes()).isEqualTo(1 << 20);
    assertThat(facts.maxTransferBytes()).isEqualTo(Long.MAX_VALUE);
    LittleEndian.put32(model.identify, IdentifyController.IOCCSZ, 1);
    assertThat(facts(run(PARAMETERS)).inCapsuleBytes()).isZero();
  }
}
