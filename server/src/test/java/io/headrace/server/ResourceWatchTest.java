package io.headrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.server.events.Event;
import io.headrace.server.events.EventKind;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResourceWatchTest {
  private final Queue<Event> events = new ConcurrentLinkedQueue<>();
  private final Level level = new Level();

  /** Resources that are used as far as the test says. */
  private static final class Level implements ResourceWatch.Resources {
    private final AtomicLong disk = new AtomicLong();
    private final AtomicLong descriptors = new AtomicLong();
    private final AtomicLong looks = new AtomicLong();

    @Override
    public ResourceWatch.Usage disk() {
      looks.incrementAndGet();
      return new ResourceWatch.Usage(disk.get() << 20, 1_000 << 20);
    }

    @Override
    public ResourceWatch.Usage descriptors() {
      return new ResourceWatch.Usage(descriptors.get(), 1_000);
    }

    @Override
    public String diskName() {
      return "/data";
    }
  }

  private ResourceWatch start() {
    return ResourceWatch.start(level, events::add, () -> 7, Duration.ofMillis(1));
  }

  private void awaitLooks(int more) {
    long enough = level.looks.get() + more;
    Served.await("it has looked", () -> level.looks.get() >= enough);
  }

  @Test
  void a_disk_that_fills_is_told_once_and_again_after_there_was_room() {
    level.disk.set(801);
    try (var _ = start()) {
      awaitLooks(5);
      level.disk.set(700);
      awaitLooks(5);
      level.disk.set(999);
      awaitLooks(5);
    }
    assertThat(events)
        .extracting(Event::kind)
        .containsExactly(EventKind.DISK_FULL, EventKind.DISK_FULL);
    Event first = events.remove();
    assertThat(first.message())
        .startsWith("the disk of /data is at 80 %: 199 MiB are left. Make room");
    assertThat(first.details()).containsEntry("percent", "80");
    assertThat(first.timeNs()).isEqualTo(7);
  }

  @Test
  void descriptors_that_run_out_are_told_once() {
    try (var _ = start()) {
      awaitLooks(5);
      assertThat(events).isEmpty();
      level.descriptors.set(900);
      awaitLooks(5);
    }
    assertThat(events).extracting(Event::kind).containsExactly(EventKind.DESCRIPTORS);
    assertThat(events.remove().message())
        .startsWith("900 of 1,000 descriptors are open, 90 %. Raise the limit");
  }

  @Test
  void this_machine_has_a_disk_and_descriptors(@TempDir Path folder) {
    var place = new JournalPlace(folder, new io.headrace.journal.Durability.Fsync(), 1 << 20);
    ResourceWatch.Resources machine = ResourceWatch.system(Optional.of(place));
    assertThat(machine.disk().of()).isPositive();
    assertThat(machine.disk().fraction()).isBetween(0.0, 1.0);
    assertThat(machine.descriptors().used()).isPositive();
    assertThat(machine.descriptors().of()).isEqualTo(DescriptorLimit.read());
    assertThat(ResourceWatch.system(Optional.empty()).disk().fraction()).isZero();
  }

  @Test
  void each_descriptor_that_is_opened_is_counted(@TempDir Path folder) throws Exception {
    ResourceWatch.Resources machine = ResourceWatch.system(Optional.empty());
    long before = machine.descriptors().used();
    var open = new ArrayList<FileChannel>();
    for (int i = 0; i < 500; i++) {
      open.add(FileChannel.open(Files.writeString(folder.resolve("f" + i), "")));
    }
    long with = machine.descriptors().used();
    for (FileChannel file : open) {
      file.close();
    }
    // Others in this process open and close some meanwhile.
    assertThat(with - before).isBetween(400L, 600L);
  }
}
