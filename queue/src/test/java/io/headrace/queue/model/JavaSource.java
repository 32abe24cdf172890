package io.headrace.queue.model;

import io.headrace.queue.PolicyKey;
import io.headrace.queue.PolicySettings;
import io.headrace.queue.TubeName;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Prints steps as the Java that makes them, to be pasted into {@code FoundByTheModelTest}. */
final class JavaSource {
  private JavaSource() {}

  static String of(List<Step> steps) {
    return steps.stream()
        .map(step -> "        " + value(step))
        .collect(Collectors.joining(",\n", "    List.of(\n", ");\n"));
  }

  private static String value(Object value) {
    return switch (value) {
      case Record made -> made(made);
      case List<?> all ->
          all.stream().map(JavaSource::value).collect(Collectors.joining(", ", "List.of(", ")"));
      case TubeName name -> "TubeName.of(\"" + name + "\")";
      case Long number -> number + "L";
      case String text -> '"' + text + '"';
      case Enum<?> word -> word.getDeclaringClass().getSimpleName() + "." + word.name();
      case PolicySettings settings -> settings(settings);
      default -> value.toString();
    };
  }

  private static String settings(PolicySettings settings) {
    StringBuilder text = new StringBuilder("PolicySettings.NONE");
    for (PolicyKey key : PolicyKey.values()) {
      boolean moves = key == PolicyKey.ON_END && new NaivePolicy(settings).moves();
      settings
          .get(key)
          .ifPresent(value ->
              text.append(
                  moves
                      ? ".withMoveTo(" + value(settings.moveTo()) + ")"
                      : ".with(PolicyKey." + key + ", " + value + "L)"));
    }
    return text.toString();
  }

  private static String made(Record made) {
    String arguments =
        Arrays.stream(made.getClass().getRecordComponents())
            .map(component -> value(read(component, made)))
            .collect(Collectors.joining(", "));
    Class<?> type = made.getClass();
    Class<?> outer = type.getEnclosingClass();
    String name = outer == null ? "" : outer.getSimpleName() + ".";
    return "new " + name + type.getSimpleName() + "(" + arguments + ")";
  }

  private static Object read(RecordComponent component, Record of) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
