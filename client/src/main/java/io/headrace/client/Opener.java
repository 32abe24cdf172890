package io.headrace.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes the connections of a client, each ready for what it is for. */
final class Opener {
  private static final String TUBE_DEFAULT = "default";

  private final ServerAddress server;
  private final ClientOptions options;
  private final BackOff backOff;
  private final Alarm.Clock clock = new Alarm.Clock();

  Opener(ServerAddress server, ClientOptions options, BackOff backOff) {
    this.server = server;
    this.options = options;
    this.backOff = backOff;
  }

  ServerAddress server() {
    return server;
  }

  ClientOptions options() {
    return options;
  }

  BackOff backOff() {
    return backOff;
  }

  Alarm.Clock clock() {
    return clock;
  }

  /** Tells who listens how a call has ended. */
  void told(Call<?> call, boolean failed) {
    if (!options.listener().equals(ClientListener.LOG)) {
      options.listener().called(call.verb(), call.age(), failed);
    }
  }

  /** A connection whose used tube is this one. */
  Link using(String tube, Duration patience, Link.Owner owner) {
    return open(
        tube.equals(TUBE_DEFAULT) ? List.of() : List.of(Requests.use(tube)), patience, owner);
  }

  /** A connection that watches these tubes, and no others. */
  Link watching(List<String> tubes, Duration patience, Link.Owner owner) {
    var setUp = new ArrayList<Request<?>>();
    tubes.forEach(tube -> setUp.add(Requests.watch(tube)));
    if (!tubes.contains(TUBE_DEFAULT)) {
      setUp.add(Requests.ignore(TUBE_DEFAULT));
    }
    return open(setUp, patience, owner);
  }

  private Link open(List<Request<?>> setUp, Duration patience, Link.Owner owner) {
    try {
      var link = opened(setUp, new Deadline(patience, Duration.ZERO), owner);
      options.listener().connected(server);
      link.start();
      return link;
    } catch (ClientException e) {
      // Who interrupts wants no connection any more.
      if (!Thread.currentThread().isInterrupted()) {
        options.listener().notConnected(server, e);
      }
      throw e;
    }
  }

  private Link opened(List<Request<?>> setUp, Deadline deadline, Link.Owner owner) {
    var exchange = Exchange.open(server, options.patience(), deadline, options.credentials());
    Connection.Blocking wire;
    Set<String> extensions;
    try {
      extensions = exchange.ask(Requests.extensions(), deadline);
      setUp.forEach(request -> exchange.ask(request, deadline));
      wire = exchange.detach();
    } catch (ClientException e) {
      exchange.close();
      throw e;
    }
    return new Link(wire, extensions, options.patience(), clock, owner);
  }

  /** Whether to try again is of no use: somebody must change something first. */
  static boolean isFinal(ClientException why) {
    return switch (why) {
      case ServerUnreachable unreachable -> unreachable.byTls();
      case UnexpectedReply reply -> reply.forbidden() || reply.reply().equals("UNAUTHORIZED");
    };
  }

  ServerUnreachable unreachable(String what) {
    return new ServerUnreachable(server + ": " + what);
  }
}
