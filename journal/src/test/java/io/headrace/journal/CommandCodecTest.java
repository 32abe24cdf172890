package io.headrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.Limits;
import io.headrace.queue.PolicyKey;
import io.headrace.queue.PolicySettings;
import io.headrace.queue.SessionEnd;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CommandCodecTest {
  private final Random random = new Random(3);

  private long number() {
    return random.nextLong() >>> random.nextInt(64);
  }

  private List<Command> commands() {
    SessionId by = new SessionId(random.nextInt(1 << random.nextInt(31)), number());
    byte[] name = new byte[1 + random.nextInt(TubeName.BYTES_MAX)];
    random.nextBytes(name);
    TubeName tube = TubeName.of(name);
    return List.of(
        new Command.SessionOpen(by, "10.0.0.1:" + random.nextInt(65536)),
        new Command.SessionClose(by, SessionEnd.of(random.nextInt(4))),
        new Command.SessionClose(
            by, SessionEnd.DIED, "x".repeat(1 + random.nextInt(Limits.LAST_SENT_CHARS_MAX))),
        new Command.Use(by, tube),
        new Command.Watch(by, tube),
        new Command.Ignore(by, tube),
        put(by),
        new Command.PutKeyed(put(by), "k".repeat(1 + random.nextInt(64))),
        new Command.SetKeyWindow(number()),
        new Command.SkipId(),
        new Command.Reserve(by, Command.FOREVER),
        new Command.Reserve(by, number()),
        new Command.CancelReserve(by),
        new Command.ReserveJob(by, number()),
        new Command.Delete(by, -1),
        new Command.Release(by, number(), number(), number()),
        new Command.Bury(by, number(), number()),
        new Command.Touch(by, number()),
        new Command.Kick(by, number()),
        new Command.KickJob(by, number()),
        new Command.PauseTube(by, tube, number()),
        new Command.ClearTube(by, tube),
        new Command.Died(
            by, number(), "signal 9", new Body(0, random.nextInt(1 << 20), random.nextInt())),
        new Command.Docket(
            by, number(), "truncated", new Body(0, random.nextInt(1 << 20), random.nextInt())),
        new Command.RetryJob(by, number()),
        new Command.DropJob(by, number()),
        new Command.UndropJob(by, number()),
        new Command.SetPolicy(by, tube, settings(tube), number()),
        new Command.SetDefaultPolicy(settings(tube)),
        new Command.Tick(),
        new Command.Continue(),
        new Command.BodyDamaged(number()),
        lastSent(by),
        new Command.Restart(random.nextInt(1000)));
  }

  private Command.Put put(SessionId by) {
    return new Command.Put(
        by, number(), number(), number(), new Body(0, random.nextInt(1 << 20), random.nextInt()));
  }

  private Command.LastSent lastSent(SessionId by) {
    List<Long> jobs =
        Stream.generate(this::number).limit(1 + random.nextInt(Limits.LAST_SENT_JOBS_MAX)).toList();
    String text = "x".repeat(1 + random.nextInt(Limits.LAST_SENT_CHARS_MAX));
    return new Command.LastSent(by, jobs, text);
  }

  private PolicySettings settings(TubeName tube) {
    PolicySettings settings = PolicySettings.NONE;
    for (PolicyKey key : PolicyKey.values()) {
      if (random.nextBoolean() && key != PolicyKey.ON_END) {
        settings = settings.with(key, key.min() + random.nextLong(key.max() - key.min() + 1));
      }
    }
    return random.nextBoolean() ? settings.withMoveTo(tube) : settings;
  }

  @Test
  void every_command_comes_back_as_it_was() throws MalformedException {
    for (int round = 0; round < 500; round++) {
      for (Command command : commands()) {
        ByteBuffer bytes =
            ByteBuffer.allocate(CommandCodec.FIELDS_BYTES_MAX).order(ByteOrder.LITTLE_ENDIAN);
        CommandCodec.writeFields(bytes, command);
        bytes.flip();
        assertThat(read(CommandCodec.kind(command), bytes)).isEqualTo(command);
      }
    }
  }

  @Test
  void every_command_cut_short_is_malformed() {
    for (Command command : commands()) {
      ByteBuffer bytes =
          ByteBuffer.allocate(CommandCodec.FIELDS_BYTES_MAX).order(ByteOrder.LITTLE_ENDIAN);
      CommandCodec.writeFields(bytes, command);
      for (int length = 0; length < bytes.position(); length++) {
        ByteBuffer cut = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).clear().limit(length);
        if (isWhole(command, length)) {
          continue;
        }
        assertThatThrownBy(() -> read(CommandCodec.kind(command), cut))
            .as("%s cut to %d bytes", command, length)
            .isInstanceOf(MalformedException.class);
      }
    }
  }

  /** Whether so many bytes of it are a command too: an end of which no last bytes are known. */
  private static boolean isWhole(Command command, int length) {
    if (!(command instanceof Command.SessionClose(var by, var how, var _))) {
      return false;
    }
    ByteBuffer bytes = ByteBuffer.allocate(CommandCodec.FIELDS_BYTES_MAX);
    CommandCodec.writeFields(bytes, new Command.SessionClose(by, how));
    return length == bytes.position();
  }

  @Test
  void the_end_of_a_session_is_read_as_it_was_written_before_it_told_the_last_bytes()
      throws MalformedException {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {3, 7, 1});
    assertThat(read(CommandCodec.SESSION_CLOSE, bytes))
        .isEqualTo(new Command.SessionClose(new SessionId(3, 7), SessionEnd.DIED, ""));
  }

  @Test
  void last_bytes_that_are_none_or_too_many_are_malformed() {
    for (int length : new int[] {0, Limits.LAST_SENT_CHARS_MAX + 1}) {
      ByteBuffer bytes = ByteBuffer.allocate(4 + length);
      bytes.put(new byte[] {3, 7, 1, (byte) length}).clear();
      assertThatThrownBy(() -> read(CommandCodec.SESSION_CLOSE, bytes))
          .isInstanceOf(MalformedException.class);
      ByteBuffer lost = ByteBuffer.allocate(5 + length);
      lost.put(new byte[] {3, 7, (byte) length}).put(3 + length, (byte) 1).clear();
      assertThatThrownBy(() -> read(CommandCodec.LAST_SENT, lost))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void the_longest_last_bytes_of_the_most_jobs_come_back() throws MalformedException {
    var most =
        new Command.LastSent(
            new SessionId(Integer.MAX_VALUE, -1),
            Collections.nCopies(Limits.LAST_SENT_JOBS_MAX, -1L),
            "x".repeat(Limits.LAST_SENT_CHARS_MAX));
    ByteBuffer bytes =
        ByteBuffer.allocate(CommandCodec.FIELDS_BYTES_MAX).order(ByteOrder.LITTLE_ENDIAN);
    CommandCodec.writeFields(bytes, most);
    bytes.flip();
    assertThat(read(CommandCodec.LAST_SENT, bytes)).isEqualTo(most);
  }

  @Test
  void last_bytes_of_no_job_or_of_too_many_are_malformed() {
    for (int jobs : new int[] {0, Limits.LAST_SENT_JOBS_MAX + 1}) {
      ByteBuffer bytes = ByteBuffer.allocate(5 + jobs);
      bytes.put(new byte[] {3, 7, 1, 'x', (byte) jobs}).clear();
      assertThatThrownBy(() -> read(CommandCodec.LAST_SENT, bytes))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void an_empty_key_is_malformed() {
    ByteBuffer bytes =
        ByteBuffer.allocate(CommandCodec.FIELDS_BYTES_MAX).order(ByteOrder.LITTLE_ENDIAN);
    CommandCodec.writeFields(bytes, new Command.PutKeyed(put(new SessionId(1, 1)), ""));
    bytes.flip();
    assertThatThrownBy(() -> read(CommandCodec.PUT_KEYED, bytes))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void an_unknown_kind_is_malformed() {
    for (int kind : new int[] {0, 33, 127, -1}) {
      assertThatThrownBy(() -> read(kind, ByteBuffer.allocate(0)))
          .isInstanceOf(MalformedException.class);
    }
  }

  private static Command read(int kind, ByteBuffer bytes) throws MalformedException {
    return CommandCodec.readFields(kind, new Fields().of(bytes, 0, bytes.limit()));
  }
}
