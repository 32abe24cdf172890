/* The floor: what one loop in C costs that reads, parses and answers puts, reserves and deletes,
 * and does nothing else. No priorities, tubes, time-outs, limits; jobs come out as they went in,
 * all bodies of one length; a body is copied once on its way in and not at all on its way out.
 *
 *   cc -O2 -o floor floor.c && ./floor PORT
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { INPUT = 64 << 10, JOBS = 1 << 24, PIECES = 1000, WORDS = 64 << 10, LINE = 256, EVENTS = 64 };

struct body {
  struct body *next;
  int bytes;
  char data[];
};

struct connection {
  int fd, got, line_bytes, pieces, words_bytes;
  struct body *filling;
  char line[LINE], words[WORDS];
  struct iovec out[PIECES + 1];
};

static struct body *jobs[JOBS], *spare;
static long last, next = 1;
static char input[INPUT];

static struct body *new_body(int bytes) {
  struct body *body = spare;
  if (body == NULL) {
    body = malloc(sizeof *body + bytes);
  } else {
    spare = body->next;
  }
  body->bytes = bytes;
  return body;
}

static void flush(struct connection *to) {
  for (int at = 0; at < to->pieces;) {
    ssize_t sent = writev(to->fd, to->out + at, to->pieces - at);
    if (sent < 0 && errno == EAGAIN) {
      usleep(10);
      continue;
    }
    if (sent < 0) {
      break;
    }
    for (; at < to->pieces && sent >= (ssize_t)to->out[at].iov_len; at++) {
      sent -= to->out[at].iov_len;
    }
    to->out[at].iov_base = (char *)to->out[at].iov_base + sent;
    to->out[at].iov_len -= sent;
  }
  to->pieces = to->words_bytes = 0;
}

static void send_bytes(struct connection *to, char *bytes, int length) {
  to->out[to->pieces++] = (struct iovec){bytes, length};
}

static void say(struct connection *to, const char *format, long id, long bytes) {
  if (to->pieces > PIECES - 3 || to->words_bytes > WORDS - LINE) {
    flush(to);
  }
  char *words = to->words + to->words_bytes;
  int length = sprintf(words, format, id, bytes);
  to->words_bytes += length;
  send_bytes(to, words, length);
}

static void obey(struct connection *by) {
  char *line = by->line;
  if (strncmp(line, "put ", 4) == 0) {
    by->filling = new_body(atoi(strrchr(line, ' ')) + 2);
    by->got = 0;
  } else if (strncmp(line, "reserve", 7) == 0 && next <= last) {
    say(by, "RESERVED %ld %ld\r\n", next, jobs[next]->bytes - 2);
    send_bytes(by, jobs[next]->data, jobs[next]->bytes);
    next++;
  } else if (strncmp(line, "delete ", 7) == 0) {
    struct body *gone = jobs[atol(line + 7)];
    gone->next = spare;
    spare = gone;
    say(by, "DELETED\r\n", 0, 0);
  } else if (strncmp(line, "reserve", 7) == 0) {
    say(by, "TIMED_OUT\r\n", 0, 0);
  } else {
    say(by, *line == 'w' || *line == 'i' ? "WATCHING 1\r\n" : "USING default\r\n", 0, 0);
  }
}

static void received(struct connection *by, char *bytes, ssize_t length) {
  for (ssize_t at = 0; at < length;) {
    int left = length - at;
    if (by->filling != NULL) {
      int wanted = by->filling->bytes - by->got;
      int there = wanted < left ? wanted : left;
      memcpy(by->filling->data + by->got, bytes + at, there);
      by->got += there;
      at += there;
      if (there == wanted) {
        if (last == JOBS - 1) {
          errx(1, "as many jobs came as there are places");
        }
        jobs[++last] = by->filling;
        by->filling = NULL;
        say(by, "INSERTED %ld\r\n", last, 0);
      }
      continue;
    }
    char *end = memchr(bytes + at, '\n', left);
    int there = end == NULL ? left : end + 1 - (bytes + at);
    if (by->line_bytes + there > LINE) {
      errx(1, "a line is too long");
    }
    memcpy(by->line + by->line_bytes, bytes + at, there);
    by->line_bytes += there;
    at += there;
    if (end != NULL) {
      by->line[by->line_bytes - 2] = '\0';
      by->line_bytes = 0;
      obey(by);
    }
  }
  flush(by);
}

int main(int count, char **words) {
  int listening = socket(AF_INET, SOCK_STREAM, 0), one = 1, polled = epoll_create1(0);
  int port = count == 2 ? atoi(words[1]) : 0;
  struct sockaddr_in address = {AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {0}};
  struct epoll_event event = {EPOLLIN, {NULL}}, events[EVENTS];
  if (port == 0) {
    errx(2, "say on which port to listen: floor PORT");
  }
  if (bind(listening, (struct sockaddr *)&address, sizeof address) || listen(listening, 1024)
      || epoll_ctl(polled, EPOLL_CTL_ADD, listening, &event)) {
    err(1, "port %d", port);
  }
  for (;;) {
    int ready = epoll_wait(polled, events, EVENTS, -1);
    for (int i = 0; i < ready; i++) {
      struct connection *by = events[i].data.ptr;
      if (by == NULL) {
        by = calloc(1, sizeof *by);
        by->fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK);
        setsockopt(by->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        event.data.ptr = by;
        epoll_ctl(polled, EPOLL_CTL_ADD, by->fd, &event);
        continue;
      }
      ssize_t length = recv(by->fd, input, INPUT, 0);
      if (length > 0) {
        received(by, input, length);
      } else if (length == 0 || errno != EAGAIN) {
        close(by->fd);
        free(by);
      }
    }
  }
}
