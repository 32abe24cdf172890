package io.headrace.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What the documentation shows; {@code JobClientSnippetsTest} runs it. */
final class JobClientSnippets {
  private JobClientSnippets() {}

  static PutResult put(ServerAddress address) {
    // @start region="put"
    try (var client = JobClient.connect(address)) {
      var body = "to: ada".getBytes(UTF_8);
      try {
        return client.putOnce("mail", "order-4711", body, JobOptions.DEFAULT);
      } catch (CallFailed e) {
        return switch (e.outcome()) {
          case NOT_DONE -> client.put("mail", body, JobOptions.DEFAULT);
          case UNKNOWN -> throw e; // ask again with the same key, now or later
        };
      }
    }
    // @end
  }

  static void work(ServerAddress address, JobHandler mailer) throws InterruptedException {
    // @start region="work"
    try (var client = JobClient.connect(address);
        var worker = client.work("mail", WorkOptions.DEFAULT.withSlots(8), mailer)) {
      untilToldToStop();
      worker.stop(Duration.ofSeconds(20));
    }
    // @end
  }

  // @start region="handler"
  static Ending send(HeldJob job) throws InterruptedException {
    if (job.text().isBlank()) {
      return new Ending.Bury(0); // for a person to look at
    }
    return deliver(job.text())
        ? Ending.DONE
        : new Ending.Release(JobOptions.DEFAULT.priority(), Duration.ofMinutes(1));
  }

  // @end

  // @start region="listener"
  /** With Micrometer: {@code registry.timer("headrace.calls", "verb", verb).record(took)}. */
  static ClientListener counting(Map<String, LongAdder> failures) {
    return new ClientListener() {
      @Override
      public void called(String verb, Duration took, boolean failed) {
        if (failed) {
          failures.computeIfAbsent(verb, _ -> new LongAdder()).increment();
        }
      }
    };
  }

  // @end

  static Map<String, LongAdder> failures() {
    return new ConcurrentHashMap<>();
  }

  private static boolean deliver(String mail) {
    return mail.startsWith("to: ");
  }

  private static void untilToldToStop() throws InterruptedException {
    Thread.sleep(1);
  }
}
