package io.headrace.simulator;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * The product with one line of it changed: compiled from its source, and loaded beside the product
 * as it is.
 *
 * @param source below the root of the repository
 * @param line the line that is changed, without its indentation; it must be there once
 * @param instead what stands there in the mutant
 */
record Mutant(String source, String line, String instead) {
  /** Types of which each lies in another part of the class path. */
  private static final List<Class<?>> PARTS =
      List.of(
          io.headrace.queue.QueueMachine.class,
          io.headrace.journal.Journal.class,
          io.headrace.server.QueueLoop.class,
          World.class);

  private static final List<Class<?>> LIBRARIES =
      List.of(
          io.netty.buffer.ByteBuf.class,
          io.netty.util.ReferenceCounted.class,
          org.agrona.collections.Long2ObjectHashMap.class,
          org.slf4j.Logger.class,
          org.jspecify.annotations.Nullable.class);

  /**
   * Tells a story on the mutant.
   *
   * @param folder an empty one, for the classes
   * @return what went wrong; nothing when the mutant gets away with it
   */
  Optional<Throwable> tell(String story, Path folder, int seeds) {
    compile(folder);
    try (Loader loader = new Loader(folder)) {
      var method = loader.loadClass(Stories.class.getName()).getDeclaredMethod(story, long.class);
      method.setAccessible(true);
      var giveBack = loader.loadClass(StoryMemory.class.getName()).getDeclaredMethod("giveBack");
      giveBack.setAccessible(true);
      for (long seed = 0; seed < seeds; seed++) {
        try {
          method.invoke(null, seed);
        } catch (InvocationTargetException e) {
          return Optional.of(Objects.requireNonNull(e.getCause()));
        } finally {
          giveBack.invoke(null);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("no story " + story, e);
    }
  }

  private void compile(Path folder) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String classPath =
        Stream.concat(PARTS.stream(), LIBRARIES.stream())
            .map(Mutant::placeOf)
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    int status =
        compiler.run(
            null,
            null,
            null,
            "-proc:none",
            "-nowarn",
            "-d",
            folder.toString(),
            "-cp",
            classPath,
            changedSource(folder).toString());
    Violation.unless(status == 0, "%s does not compile with %s", source, instead);
  }

  private Path changedSource(Path folder) {
    try {
      List<String> lines = new ArrayList<>(Files.readAllLines(root().resolve(source)));
      long found = lines.stream().filter(l -> l.strip().equals(line)).count();
      Violation.unless(found == 1, "'%s' is %d times in %s", line, found, source);
      lines.replaceAll(l -> l.strip().equals(line) ? instead : l);
      Path changed = folder.resolve(Path.of(source).getFileName());
      Files.write(changed, lines);
      return changed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The root of the repository: the nearest folder upwards that holds the module of the queue. */
  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("queue/src/main/java"))) {
      folder = folder.resolve("..").normalize();
    }
    return folder;
  }

  private static Path placeOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** Loads everything of ours anew, the changed class first; the rest from where it is. */
  private static final class Loader extends URLClassLoader {
    Loader(Path folder) {
      super(urls(folder), Mutant.class.getClassLoader());
    }

    private static URL[] urls(Path folder) {
      return Stream.concat(Stream.of(folder), PARTS.stream().map(Mutant::placeOf))
          .map(path -> {
            try {
              return path.toUri().toURL();
            } catch (MalformedURLException e) {
              throw new AssertionError(e);
            }
          })
          .toArray(URL[]::new);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        if (!name.startsWith("io.headrace.")) {
          return super.loadClass(name, resolve);
        }
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }
  }
}
