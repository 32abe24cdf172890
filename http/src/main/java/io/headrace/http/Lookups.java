package io.headrace.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks hosts up, up to a deadline. The system's own look-up cannot be interrupted: one that hangs
 * is left alone on its thread, and only so many may.
 */
final class Lookups {
  /** Look-ups at a time in this process; beyond it one waits, up to its deadline. */
  static final int MAX = 32;

  /** Those of the system. */
  static final Lookups SYSTEM = new Lookups(host -> List.of(InetAddress.getAllByName(host)), MAX);

  private final Resolver resolver;
  private final Semaphore free;

  Lookups(Resolver resolver, int max) {
    this.resolver = resolver;
    free = new Semaphore(max);
  }

  /** Returns one address or more. */
  List<InetAddress> find(String host, Clock.Until until)
      throws EndedException, InterruptedException {
    try {
      return List.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException _) {
      return lookUp(host, until);
    }
  }

  private List<InetAddress> lookUp(String host, Clock.Until until)
      throws EndedException, InterruptedException {
    if (!free.tryAcquire(until.ns() - System.nanoTime(), TimeUnit.NANOSECONDS)) {
      throw until.over(Stage.DNS);
    }
    var found = new CompletableFuture<List<InetAddress>>();
    // Not a virtual thread: it would hold one of the few threads that carry those.
    Thread.ofPlatform().daemon().name("headrace-dns").start(() -> lookUp(host, found));
    try {
      return found.get(until.ns() - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      throw until.over(Stage.DNS);
    } catch (ExecutionException e) {
      throw new EndedException(new Verdict.DnsFailed(Failures.why(e.getCause())));
    }
  }

  private void lookUp(String host, CompletableFuture<List<InetAddress>> found) {
    try {
      found.complete(resolver.addresses(host));
    } catch (UnknownHostException | RuntimeException e) {
      found.completeExceptionally(e);
    } finally {
      free.release();
    }
  }
}
