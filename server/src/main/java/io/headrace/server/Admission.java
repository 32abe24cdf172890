package io.headrace.server;

import io.headrace.journal.BodyStore;
import io.headrace.journal.CommandLog;
import io.headrace.journal.Room;
import io.headrace.queue.Command;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.TubeName;

/**
 * What is refused before it reaches the log: puts beyond the memory budget or the most jobs or keys
 * there may be, or while the server drains, and what a disk that is nearly full no longer takes.
 * Used on the loop's thread.
 */
public final class Admission {
  private final CommandLog log;
  private final BodyStore bodies;
  private final QueueMachine machine;
  private final int jobsMax;
  private final int keysMax;
  private final Runnable onDrain;
  private boolean draining;
  private boolean ending;

  /** Refuses nothing as long as {@code log}, {@code bodies} and {@code machine} have room. */
  public Admission(
      CommandLog log, BodyStore bodies, QueueMachine machine, int jobsMax, int keysMax) {
    this(log, bodies, machine, jobsMax, keysMax, () -> {});
  }

  /** The same; {@code onDrain} is called each time that puts begin to be refused. */
  Admission(
      CommandLog log,
      BodyStore bodies,
      QueueMachine machine,
      int jobsMax,
      int keysMax,
      Runnable onDrain) {
    this.onDrain = onDrain;
    this.machine = machine;
    this.jobsMax = jobsMax;
    this.keysMax = keysMax;
    this.log = log;
    this.bodies = bodies;
  }

  /** Whether puts are refused by the operator's wish. */
  public boolean isDraining() {
    return draining;
  }

  /** Begins or ends the refusal of puts. */
  public void drain(boolean on) {
    boolean begins = on && !draining;
    draining = on || ending;
    if (begins) {
      onDrain.run();
    }
  }

  /** Whether the server is about to stop: no job is handed out any more. */
  public boolean isEnding() {
    return ending;
  }

  /** From now on no job is taken, and none handed out to who asks for any. */
  public void end() {
    draining = true;
    ending = true;
  }

  /** Returns the reference of room for a body, or {@link BodyStore#NONE} when puts are refused. */
  public long roomForBody(int bodyBytes) {
    boolean room = log.room() == Room.ALL && machine.size() < jobsMax;
    return room ? bodies.allocate(bodyBytes) : BodyStore.NONE;
  }

  /** Whether the table of keys has room for this one, or knows it. */
  public boolean hasRoomForKey(TubeName tube, String key) {
    return machine.keys() < keysMax || machine.keyedJob(tube, key) != 0;
  }

  /** Whether the log takes this command now. */
  public boolean takes(Command command) {
    return switch (log.room()) {
      case ALL -> true;
      case NO_PUTS -> !(command instanceof Command.WithBody);
      case ENDS_ONLY -> ends(command);
    };
  }

  /** Whether a command can only end things, so that room comes back. */
  private static boolean ends(Command command) {
    return switch (command) {
      case Command.SessionOpen _,
          Command.SessionClose _,
          Command.CancelReserve _,
          Command.Delete _,
          Command.ClearTube _,
          Command.BodyDamaged _,
          Command.DropJob _,
          Command.SkipId _,
          Command.Tick _,
          Command.Continue _,
          Command.Restart _ ->
          true;
      case Command.Use _,
          Command.Watch _,
          Command.Ignore _,
          Command.Put _,
          Command.PutKeyed _,
          Command.Reserve _,
          Command.ReserveJob _,
          Command.Release _,
          Command.Bury _,
          Command.Touch _,
          Command.Kick _,
          Command.KickJob _,
          Command.PauseTube _,
          Command.Died _,
          Command.Docket _,
          Command.RetryJob _,
          Command.UndropJob _,
          Command.SetPolicy _,
          Command.SetDefaultPolicy _,
          Command.SetKeyWindow _,
          Command.LastSent _ ->
          false;
    };
  }
}
