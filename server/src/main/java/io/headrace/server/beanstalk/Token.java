package io.headrace.server.beanstalk;

import io.headrace.queue.TubeName;
import java.security.MessageDigest;
import java.util.List;

/** One token: whose it is, and what it allows. Knows only its hash. */
final class Token {
  private final String name;
  private final byte[] hash;
  private final Right[] rights;

  Token(String name, byte[] hash, List<Right> rights) {
    this.name = name;
    this.hash = hash.clone();
    this.rights = rights.toArray(Right[]::new);
  }

  String name() {
    return name;
  }

  /** Whether this is its hash; takes as long when it is not. */
  boolean isOf(byte[] other) {
    return MessageDigest.isEqual(hash, other);
  }

  /** Whether it allows this in a tube. Allocates nothing. */
  boolean allows(Right.Kind kind, TubeName tube) {
    for (Right right : rights) {
      if (right.kind == kind && right.holdsIn(tube)) {
        return true;
      }
    }
    return false;
  }

  /** Whether it allows this in every tube, and for the server as a whole. */
  boolean allowsEverywhere(Right.Kind kind) {
    for (Right right : rights) {
      if (right.kind == kind && right.holdsEverywhere()) {
        return true;
      }
    }
    return false;
  }
}
