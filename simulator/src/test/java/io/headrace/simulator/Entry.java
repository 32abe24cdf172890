package io.headrace.simulator;

import io.headrace.queue.Command;

/**
 * One entry as the loop gave it to the log.
 *
 * @param body the bytes that a put or a death brings; empty for other commands
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
record Entry(long index, long stampNs, Command command, byte[] body) {

  /**
   * Whether the reply must wait until the entry is forced. Written down here once more, from the
   * design and not from the journal's code.
   */
  boolean mustBeForced() {
    return switch (command) {
      case Command.Put _,
          Command.PutKeyed _,
          Command.Delete _,
          Command.Release _,
          Command.Bury _,
          Command.Kick _,
          Command.KickJob _,
          Command.PauseTube _,
          Command.ClearTube _,
          Command.Died _,
          Command.Docket _,
          Command.RetryJob _,
          Command.DropJob _,
          Command.UndropJob _,
          Command.SetPolicy _,
          Command.SetDefaultPolicy _,
          Command.SetKeyWindow _ ->
          true;
      case Command.SessionOpen _,
          Command.SessionClose _,
          Command.Use _,
          Command.Watch _,
          Command.Ignore _,
          Command.BodyDamaged _,
          Command.LastSent _,
          Command.SkipId _,
          Command.Reserve _,
          Command.CancelReserve _,
          Command.ReserveJob _,
          Command.Touch _,
          Command.Tick _,
          Command.Continue _,
          Command.Restart _ ->
          false;
    };
  }
}
