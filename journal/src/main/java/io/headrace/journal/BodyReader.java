package io.headrace.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads bodies back on a thread of its own, so that the loop never waits for a cold file. A segment
 * is not removed while something in it is being read.
 */
final class BodyReader {
  /** How often a body is tried to be read that the disk does not give: then it counts as lost. */
  static final int TRIES_MAX = 5;

  /** Time between two tries: it may only have been short of descriptors. */
  static final long RETRY_NS = 400_000_000;

  private final Lane lane;
  private final Mailbox mailbox;
  private final BodyStore bodies;
  private final Ledger ledger;

  /** Only used on the reader's thread. */
  private final BodyFiles files;

  private final List<BodyRead> done = new ArrayList<>();

  BodyReader(Lane lane, Mailbox mailbox, Disk disk, BodyStore bodies, Ledger ledger) {
    this.lane = lane;
    this.mailbox = mailbox;
    this.bodies = bodies;
    this.ledger = ledger;
    files = new BodyFiles(disk, BodyFiles.COPY_WINDOW_BYTES);
  }

  void read(List<BodyRead> reads) {
    List<BodyRead> mine = List.copyOf(reads);
    mine.forEach(read -> ledger.segment(read.location).readers++);
    run(mine);
  }

  private void run(List<BodyRead> reads) {
    lane.run("reading bodies back", () -> readAll(reads));
  }

  private void readAll(List<BodyRead> reads) {
    files.refresh();
    List<BodyRead> ended = new ArrayList<>();
    List<BodyRead> again = new ArrayList<>();
    for (BodyRead read : reads) {
      try {
        var into = new BodyFilling(bodies, read.ref());
        files.read(read.job(), read.location, read.bytes(), read.crc32c(), into::put);
        ended.add(read);
      } catch (DamagedBodyException e) {
        read.damaged(e.reason());
        ended.add(read);
      } catch (IOException e) {
        if (read.failed() < TRIES_MAX) {
          again.add(read);
        } else {
          read.damaged(String.valueOf(e.getMessage()));
          ended.add(read);
        }
      }
    }
    if (!again.isEmpty()) {
      lane.later(RETRY_NS, () -> run(again));
    }
    mailbox.post(() -> {
      ended.forEach(read -> ledger.segment(read.location).readers--);
      done.addAll(ended);
    });
  }

  /** Gives away what was read. */
  void take(Consumer<BodyRead> taker) {
    if (!done.isEmpty()) {
      List<BodyRead> taken = List.copyOf(done);
      done.clear();
      taken.forEach(taker);
    }
  }

  /** Files are gone: no open file may keep their room. */
  void forget() {
    lane.run("closing segments", files::close);
  }

  void close() {
    forget();
    lane.join();
    lane.close();
  }
}
