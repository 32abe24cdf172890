package io.headrace.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Who may see whom, and what the pure queue may not touch. Maven keeps the modules apart; these
 * rules keep apart what Maven cannot see.
 */
final class ModuleRulesTest {

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.headrace");

  /** What a queue without clock, thread, chance, file or socket needs of the JDK. */
  private static final DescribedPredicate<JavaClass> PURE =
      resideInAnyPackage(
              "io.headrace.queue..",
              "org.agrona.collections..",
              "org.jspecify.annotations..",
              "java.lang",
              "java.lang.annotation",
              "java.lang.invoke",
              "java.lang.runtime",
              "java.nio",
              "java.nio.charset",
              "java.util",
              "java.util.function",
              "java.util.stream",
              "java.util.zip")
          .or(named(Set.of("java.util.concurrent.TimeUnit", "java.time.Duration")))
          .as("the queue's own, Agrona's collections, or the pure part of the JDK");

  /** A set or map whose order of iteration may change from one JVM to the next, and chance. */
  private static final Set<String> UNSTABLE_TYPES =
      Set.of(
          HashMap.class.getName(),
          HashSet.class.getName(),
          "java.util.IdentityHashMap",
          "java.util.WeakHashMap",
          "java.util.Hashtable",
          "java.util.Random",
          "java.util.SplittableRandom",
          "java.util.UUID",
          "java.util.Timer",
          "java.util.Date",
          "java.util.Calendar",
          "java.util.Scanner",
          "java.lang.Thread",
          "java.lang.ThreadLocal",
          "java.lang.Process",
          "java.lang.ProcessBuilder",
          "java.lang.Runtime");

  /** Methods of classes that are otherwise allowed. */
  private static final Set<String> UNSTABLE_CALLS =
      Set.of(
          "java.util.Set.of",
          "java.util.Set.copyOf",
          "java.util.Map.of",
          "java.util.Map.copyOf",
          "java.util.Map.ofEntries",
          "java.util.stream.Collectors.toSet",
          "java.util.stream.Collectors.toMap",
          "java.util.stream.Collectors.groupingBy",
          "java.util.stream.Collectors.toUnmodifiableSet",
          "java.util.stream.Collectors.toUnmodifiableMap",
          "java.lang.System.nanoTime",
          "java.lang.System.currentTimeMillis",
          "java.lang.System.identityHashCode",
          "java.lang.System.getenv",
          "java.lang.System.getProperty",
          "java.lang.Math.random");

  /** Protocols, pages and events of the server, which meet only in the server's own package. */
  private static final List<String> SIBLINGS =
      List.of("beanstalk", "gearman", "lines", "console", "events", "metrics", "tls");

  @Test
  void the_queue_sees_only_itself_the_pure_part_of_the_jdk_and_agrona_collections() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("io.headrace.queue..")
            .should()
            .dependOnClassesThat(not(PURE)));
  }

  @Test
  void the_queue_knows_no_thread_and_no_chance_and_no_collection_of_unstable_order() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("io.headrace.queue..")
            .should()
            .dependOnClassesThat(named(UNSTABLE_TYPES)));
  }

  @Test
  void the_queue_reads_no_clock_and_calls_nothing_of_unstable_order() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("io.headrace.queue..")
            .should()
            .accessTargetWhere(calls(UNSTABLE_CALLS)));
  }

  @Test
  void the_client_sees_no_other_module() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("io.headrace.client..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.headrace..")
                    .and(not(resideInAPackage("io.headrace.client..")))));
  }

  @Test
  void web_requests_see_no_other_module() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("io.headrace.http..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.headrace..")
                    .and(not(resideInAPackage("io.headrace.http..")))));
  }

  @Test
  void the_worker_sees_only_the_client_and_web_requests() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("io.headrace.worker..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.headrace..")
                    .and(
                        not(
                            resideInAnyPackage(
                                "io.headrace.worker..",
                                "io.headrace.client..",
                                "io.headrace.http..")))));
  }

  @Test
  void processes_see_nothing_of_the_jobs_that_they_run_for() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("io.headrace.worker.process..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.headrace..")
                    .and(not(resideInAPackage("io.headrace.worker.process..")))));
  }

  @Test
  void the_journal_sees_neither_the_network_nor_what_stands_on_it() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("io.headrace.journal..")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                    "io.headrace.server..", "io.headrace.cli..", "io.netty..", "java.net..")));
  }

  @Test
  void protocols_pages_and_events_of_the_server_do_not_see_each_other() {
    for (var own : SIBLINGS) {
      var others =
          SIBLINGS.stream()
              .filter(name -> !name.equals(own))
              .map(name -> "io.headrace.server." + name + "..")
              .toArray(String[]::new);
      holds(
          noClasses()
              .that()
              .resideInAPackage("io.headrace.server." + own + "..")
              .should()
              .dependOnClassesThat(resideInAnyPackage(others)));
    }
  }

  @Test
  void events_see_nothing_of_the_server_that_tells_them() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("io.headrace.server.events..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.headrace..")
                    .and(not(resideInAPackage("io.headrace.server.events..")))));
  }

  @Test
  void captures_see_nothing_of_the_server_that_takes_them() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("io.headrace.server.captures..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.headrace..")
                    .and(not(resideInAPackage("io.headrace.server.captures..")))
                    .and(not(named(Set.of("io.headrace.queue.Invariant"))))));
  }

  private static void holds(ArchRule rule) {
    rule.allowEmptyShould(true).check(MAIN);
  }

  private static DescribedPredicate<JavaClass> named(Set<String> names) {
    return DescribedPredicate.describe(
        "are one of " + names, type -> names.contains(type.getName()));
  }

  private static DescribedPredicate<JavaAccess<?>> calls(Set<String> methods) {
    return DescribedPredicate.describe(
        "calls one of " + methods,
        access ->
            methods.contains(
                access.getTargetOwner().getName() + "." + access.getTarget().getName()));
  }
}
