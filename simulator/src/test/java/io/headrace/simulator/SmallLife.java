package io.headrace.simulator;

import io.headrace.simulator.Request.Kind;

/**
 * Few and large jobs that come and go, with small ones in between that stay: in a few dozen rounds
 * a journal makes segments and snapshots, copies bodies forward and removes files.
 */
final class SmallLife {
  private static final int BODY_BYTES = 18_000;
  private static final int SMALL_BODY_BYTES = 500;
  private static final int LIVE_JOBS = 4;

  /** Every so many jobs one is small and stays, and no later life puts it again. */
  private static final int STAYS = 12;

  private static final long MILLISECOND_NS = 1_000_000;

  private SmallLife() {}

  /** Lives so many rounds in a world that has started. Clients that a fault ends are replaced. */
  static void live(World world, int rounds) {
    var client = world.newClient();
    for (int round = 0; round < rounds; round++) {
      if (!world.has(client)) {
        client = world.newClient();
      }
      int bytes = round % STAYS == 0 ? SMALL_BODY_BYTES : BODY_BYTES;
      byte[] body = world.accounts().newBody(world.random(), bytes);
      var put = Request.put(round, round % 9 == 8 ? 1 : 0, 100, body);
      client.ask(round % STAYS == 0 ? put.keyed("stays-" + round) : put);
      act(world, client, round);
      world.settle();
      world.idle(round % 16 == 15 ? 200 * MILLISECOND_NS : MILLISECOND_NS);
    }
  }

  private static void act(World world, SimClient client, int round) {
    switch (round % 5) {
      case 0 -> world.ask(client, Kind.LOGGED, "reserve-with-timeout 0");
      case 1 -> world.ask(client, Kind.LOGGED, "bury " + client.held(world.random()) + " 1");
      case 2 -> world.ask(client, Kind.LOGGED, "kick 10");
      case 3 -> world.ask(client, Kind.LOGGED, "pause-tube default " + round % 2);
      default -> world.ask(client, Kind.LOGGED, "use tube-" + round % 3);
    }
    long old = world.host().server().machine().lastJob() - LIVE_JOBS;
    if (old > 0 && old % STAYS != 1) {
      client.ask(Request.about(Kind.DELETE, "delete", old));
    }
  }
}
