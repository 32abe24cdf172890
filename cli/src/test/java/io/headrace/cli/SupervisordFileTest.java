package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SupervisordFileTest {
  private static final Path FILE = Path.of("supervisord.conf");

  @Test
  void program_sections_become_options_and_what_means_nothing_here_is_named() {
    var programs =
        SupervisordFile.programs(
            FILE,
            """
            ; all of it
            [supervisord]
            logfile=/tmp/supervisord.log

            [program:mail]
            command=/usr/bin/php "send mail.php" --fast 'a b' ; sends
              --rate=100%%
            numprocs = 4
            user=www-data
            stopwaitsecs=20
            autorestart=true
            stdout_logfile=/var/log/mail/out.log
            stdout_logfile_maxbytes=50MB
            stdout_logfile_backups=3

            [program:resize]
            command=./resize.sh
            stdout_logfile=/dev/stdout
            stdout_logfile_maxbytes=0
            process_name=%(program_name)s
            """);
    assertThat(programs)
        .extracting(SupervisordFile.Program::words)
        .containsExactly(
            List.of(
                "--procs=4",
                "--user=www-data",
                "--grace=20s",
                "--log=/var/log/mail",
                "--log-max=50MiB",
                "--log-keep=4",
                "--",
                "mail",
                "/usr/bin/php",
                "send mail.php",
                "--fast",
                "a b",
                "--rate=100%"),
            List.of("--", "resize", "./resize.sh"));
    assertThat(programs)
        .extracting(SupervisordFile.Program::ignored)
        .containsExactly(
            List.of("autorestart"),
            List.of("stdout_logfile=/dev/stdout", "stdout_logfile_maxbytes=0", "process_name"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          numproc=4                 | supervisord has no key 'numproc'. Did you mean 'numprocs'?
          made_up_key_of_nobody=4   | supervisord has no key 'made_up_key_of_nobody'; take it out
          stopwaitsecs=soon         | stopwaitsecs=soon is no count; write 0 or more
          stdout_logfile_backups=-1 | stdout_logfile_backups=-1 is no count; write 0 or more
          stdout_logfile_maxbytes=x | stdout_logfile_maxbytes=x is no size; write bytes, or
          user=%(ENV_USER)s         | user: %(ENV_USER)s is not filled in here; write what it
          """)
  void what_is_wrong_is_said_with_its_line(String line, String message) {
    assertThatThrownBy(
            () -> SupervisordFile.programs(FILE, "[program:mail]\ncommand=./a.sh\n" + line + "\n"))
        .isInstanceOf(Failure.class)
        .hasMessageStartingWith("supervisord.conf:3: [program:mail]: " + message);
  }

  @Test
  void what_is_no_line_of_such_a_file_is_said() {
    assertThatThrownBy(() -> SupervisordFile.programs(FILE, "[program:mail]\ncommand ./a.sh\n"))
        .hasMessageStartingWith("supervisord.conf:2: 'command ./a.sh' is no section and no key");
  }
}
