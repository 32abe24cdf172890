package io.headrace.client;

import java.nio.charset.StandardCharsets;

/** A job as it came over the wire: its id and its bytes. */
public final class Job {
  private final long id;
  private final byte[] body;

  Job(long id, byte[] body) {
    this.id = id;
    this.body = body;
  }

  /** The job's id, from 1. */
  public long id() {
    return id;
  }

  /** The body itself, not a copy: it belongs to the caller. */
  public byte[] body() {
    return body;
  }

  /** The body as UTF-8 text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "job " + id + " of " + body.length + " bytes";
  }
}
