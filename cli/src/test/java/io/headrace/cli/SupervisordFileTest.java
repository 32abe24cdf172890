package io.headrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SupervisordFileTest {
  @Test
  void program_sections_become_options_and_what_means_nothing_here_is_named() {
    var programs =
        SupervisordFile.programs(
            """
            ; all of it
            [supervisord]
            logfile=/tmp/supervisord.log

            [program:mail]
            command=/usr/bin/php "send mail.php" --fast 'a b' ; sends
            numprocs = 4
            user=www-data
            stopwaitsecs=20
            autorestart=true
            stdout_logfile=/var/log/mail/out.log
            stdout_logfile_maxbytes=50MB
            stdout_logfile_backups=3

            [program:resize]
            command=./resize.sh
            """);
    assertThat(programs)
        .containsExactly(
            new SupervisordFile.Program(
                "mail",
                List.of(
                    "mail",
                    "--procs",
                    "4",
                    "--user",
                    "www-data",
                    "--grace",
                    "20s",
                    "--log",
                    "/var/log/mail",
                    "--log-max",
                    "50MiB",
                    "--log-keep",
                    "4",
                    "--",
                    "/usr/bin/php",
                    "send mail.php",
                    "--fast",
                    "a b"),
                List.of("autorestart")),
            new SupervisordFile.Program(
                "resize", List.of("resize", "--", "./resize.sh"), List.of()));
  }
}
