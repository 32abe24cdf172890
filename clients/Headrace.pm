package Headrace;

use 5.010;
use strict;
use warnings;

use Errno qw(EAGAIN EINPROGRESS EINTR);
use IO::Handle;
use POSIX ();
use Socket qw(AF_UNIX IPPROTO_TCP SOCK_STREAM SOL_SOCKET SO_ERROR SO_KEEPALIVE TCP_NODELAY);
use Time::HiRes ();

our $VERSION = '0.1';
my $PATIENCE_S     = 10;
my $PORT           = 11_300;
my $CHUNK_BYTES    = 65_536;
my $LINE_BYTES_MAX = 255;                # the longest reply is a tube's name behind a word
my $BODY_BYTES_MAX = 1_073_741_824;
my $U32_MAX        = 4_294_967_295;
my $RETRY_S        = 0.01;               # a Unix socket whose queue is full cannot be waited for
my $U64            = qr/[0-9]{1,20}/;

sub new {
    my ($class, %options) = @_;
    my $server = $ENV{HEADRACE_SERVER} // "127.0.0.1:$PORT";
    my $self   = bless {
        _options(\%options, server => $server, patience => $PATIENCE_S),
        tube    => 'default',
        watched => ['default'],
        input   => q{},
        dead    => ['closed', 'not connected; call connect first'],
    }, $class;
    _wrong("patience is a number of seconds above 0, not '$self->{patience}'")
        if $self->{patience} !~ /\A[0-9]+(?:[.][0-9]+)?\z/ || $self->{patience} == 0;
    return $self;
}

sub connect {
    my ($self) = @_;
    $self->close;
    $self->_start;
    @$self{qw(outcome input owner)} = ('known', q{}, $$);
    my @places = $self->_places;
    my $why;
    while (my $place = shift @places) {
        $why = $self->_open($place, $self->_left / (1 + @places));
        last if !defined $why || $self->_left <= 0;
    }
    $self->_late('no connection')    if defined $why && $self->_left <= 0;
    $self->_end('refused', $why, '') if defined $why;
    delete @$self{qw(dead extensions)};
    $self->_restore;
    return $self;
}

# Makes a new connection what the former one was, within the same time, or ends it.
sub _restore {
    my ($self) = @_;
    my @lines = map {"watch $_"} grep { $_ ne 'default' } @{ $self->{watched} };
    push @lines, 'ignore default' if @lines == @{ $self->{watched} };
    return if eval {
        $self->_say_use($self->{tube}) if $self->{tube} ne 'default';
        $self->_ask($_, qr/WATCHING [0-9]+/) for @lines;
        1;
    };
    my $error = $@;
    $self->{dead} = [@$error{qw(kind message)}];
    $self->close;
    die $error;
}

sub close {
    my ($self) = @_;
    my $socket = delete $self->{socket};
    local $SIG{PIPE} = 'IGNORE';
    # Without this word the server would take us for dead. A child that closes its copy says none.
    syswrite $socket, "quit\r\n" if $socket && !$self->{dead} && $self->{owner} == $$;
    CORE::close $socket if $socket;
    $self->{dead} ||= ['closed', 'closed; call connect first'];
    return;
}

sub alive { return !$_[0]{dead} }
sub reply { return $_[0]{reply} }

# Returns the addresses of the server, as connect takes them.
sub _places {
    my ($self) = @_;
    my $port = qr/([0-9]{1,5})/;
    for ($self->{server}) {
        return Socket::pack_sockaddr_un($1) if /\Aunix:(.+)\z/s;
        return $self->_resolve($1, $2 // $PORT) if /\A\[([0-9A-Fa-f:.]+)\](?::$port)?\z/;
        return $self->_resolve('127.0.0.1', $1) if /\A$port\z/;
        return $self->_resolve($1, $2 // $PORT) if /\A([A-Za-z0-9._-]+)(?::$port)?\z/;
    }
    return _wrong("'$self->{server}' is no address; write host:port, [ipv6]:port or unix:/path");
}

# Names are looked up by a child, since nothing can end a look-up in its own process.
sub _resolve {
    my ($self, $host, $port) = @_;
    my @places = _addresses($host, $port, 1);
    return @places if @places;
    pipe my $from, my $to or $self->_end('refused', "no pipe: $!", q{});
    my $child = fork // $self->_end('refused', "no process: $!", q{});
    if (!$child) {
        $to->autoflush(1);
        print {$to} map { pack 'n/a*', $_ } _addresses($host, $port, 0);
        POSIX::_exit(0);
    }
    CORE::close $to;
    my ($packed, $in_time) = (q{});
    while ($in_time = _ready($from, 'read', $self->_left)) {
        my $now = sysread $from, $packed, $CHUNK_BYTES, length $packed;
        last if defined $now ? $now == 0 : $! != EINTR;
    }
    {
        local ($!, $?);
        kill 'KILL', $child;
        waitpid $child, 0;
    }
    $self->_late("its name '$host' was not looked up") if !$in_time;
    @places = unpack '(n/a*)*', $packed;
    $self->_end('refused', 'no such host', q{}) if !@places;
    return @places;
}

sub _addresses {
    my ($host, $port, $numeric) = @_;
    if (!Socket->can('getaddrinfo')) {    # before Perl 5.14
        return if $numeric && $host =~ /[^0-9.]/;
        my $address = Socket::inet_aton($host);
        return defined $address ? Socket::pack_sockaddr_in($port, $address) : ();
    }
    my %hints = (socktype => SOCK_STREAM, flags => $numeric ? Socket::AI_NUMERICHOST() : 0);
    my ($error, @found) = Socket::getaddrinfo($host, $port, \%hints);
    return map { $_->{addr} } $error ? () : @found;
}

# Connects, and returns nothing; or returns why not.
sub _open {
    my ($self, $place, $seconds) = @_;
    my $due    = _now() + $seconds;
    my $family = Socket::sockaddr_family($place);
    socket my $socket, $family, SOCK_STREAM, 0 or return "no socket: $!";
    $socket->blocking(0);
    while (!CORE::connect $socket, $place) {
        if ($! == EINPROGRESS || $! == EINTR) {
            _ready($socket, 'write', $due - _now()) or return 'no answer';
            my $error = unpack 'i', getsockopt $socket, SOL_SOCKET, SO_ERROR;
            last if !$error;
            local $! = $error;
            return "$!";
        }
        return "$!"        if $! != EAGAIN;
        return 'no answer' if _now() > $due;
        Time::HiRes::sleep($RETRY_S);
    }
    if ($family != AF_UNIX) {
        setsockopt $socket, IPPROTO_TCP, TCP_NODELAY,  1;
        setsockopt $socket, SOL_SOCKET,  SO_KEEPALIVE, 1;
    }
    $self->{socket} = $socket;
    return;
}

# A clock that nobody sets.
sub _now { return Time::HiRes::clock_gettime(Time::HiRes::CLOCK_MONOTONIC()) }

# Starts the time of a call: patience, and what the server may take by itself.
sub _start {
    my ($self, $more) = @_;
    $self->{within} = $self->{patience} + ($more // 0);
    $self->{due}    = _now() + $self->{within};
    return;
}

sub _left { return $_[0]{due} - _now() }

# Waits until a handle can be read or written; returns false when the time is over.
sub _ready {
    my ($handle, $how, $seconds) = @_;
    my $due  = _now() + $seconds;
    my $bits = q{};
    vec($bits, fileno $handle, 1) = 1;
    while (1) {
        my $left = $due - _now();
        my ($in, $out) = $how eq 'read' ? ($bits, undef) : (undef, $bits);
        my $count = select $in, $out, undef, $left > 0 ? $left : 0;
        # A broken handle counts as ready: who reads or writes it is told why.
        return 1 if $count > 0 || $count < 0 && $! != EINTR;
        return 0 if $left <= 0;
    }
}

sub _fail { die bless {@_}, 'Headrace::Error' }

sub _wrong { return _fail(kind => 'usage', message => $_[0], outcome => 'known') }

# Ends the connection for ever.
sub _end {
    my ($self, $kind, $why, $line) = @_;
    my $message = "$self->{server}: $why";
    $self->{dead} = [$kind, $message];
    $self->close;
    if ($self->{outcome} eq 'unknown') {
        $message .= "; whether '$line' was done is unknown";
        $message .= ': look for the job before you put it again' if $line =~ /\Aput /;
        $message .= ': put it again, with the same key'          if $line =~ /\Aput-key /;
    }
    return _fail(kind => $kind, message => $message, outcome => $self->{outcome});
}

sub _late {
    my ($self, $what, $line) = @_;
    return $self->_end('timeout', "$what within $self->{within} s", $line // q{});
}

sub _send {
    my ($self, $bytes, $line) = @_;
    local $SIG{PIPE} = 'IGNORE';
    my $sent = 0;
    while ($sent < length $bytes) {
        _ready($self->{socket}, 'write', $self->_left)
            or $self->_late('it took no more bytes', $line);
        my $now = syswrite $self->{socket}, $bytes, $CHUNK_BYTES, $sent;
        if (defined $now) { $sent += $now }
        elsif ($! != EAGAIN && $! != EINTR) {
            $self->_end('closed', "the connection is lost ($!)", $line);
        }
    }
    return;
}

# Reads some bytes more, or ends the connection.
sub _fill {
    my ($self, $line) = @_;
    while (1) {
        _ready($self->{socket}, 'read', $self->_left) or $self->_late('no answer', $line);
        my $now = sysread $self->{socket}, $self->{input}, $CHUNK_BYTES, length $self->{input};
        return if $now;
        $self->_end('closed', 'the server closed the connection', $line) if defined $now;
        $self->_end('closed', "the connection is lost ($!)",      $line)
            if $! != EAGAIN && $! != EINTR;
    }
    return;
}

sub _read_line {
    my ($self, $line) = @_;
    my $end;
    while (($end = index $self->{input}, "\r\n") < 0) {
        last if length $self->{input} > $LINE_BYTES_MAX;
        $self->_fill($line);
    }
    $self->_end('garbage', 'what it sent is no reply', $line) if $end < 0 || $end > $LINE_BYTES_MAX;
    my $reply = substr $self->{input}, 0, $end + 2, q{};
    return substr $reply, 0, $end;
}

# Reads the body that the last word of a reply announces.
sub _read_body {
    my ($self, $reply, $line) = @_;
    my ($bytes) = $reply =~ /([0-9]+)\z/;
    $self->{outcome} = 'unknown';
    $self->_end('garbage', "no body is as large as '$reply' says", $line)
        if $bytes > $BODY_BYTES_MAX;
    $self->_fill($line) while length $self->{input} < $bytes + 2;
    my $body = substr $self->{input}, 0, $bytes + 2, q{};
    $self->_end('garbage', 'what follows the body is no end of a line', $line)
        if substr($body, $bytes, 2, q{}) ne "\r\n";
    $self->{outcome} = 'known';
    return $body;
}

# Sends a line, with a body behind it if there is one, and returns the reply's line, which matches.
# Nothing is sent on a connection that is dead, or that says something unasked.
sub _ask {
    my ($self, $line, $expected, $body) = @_;
    $self->{outcome} = 'known';
    if (my $dead = $self->{dead}) {
        my $message = "'$line' was not sent: $dead->[1]";
        _fail(kind => $dead->[0], message => $message, outcome => 'known');
    }
    $self->_fill($line) if !length $self->{input} && _ready($self->{socket}, 'read', 0);
    $self->_end('garbage', 'it sent something that was not asked for', $line)
        if length $self->{input};
    $self->{outcome} = 'unknown';
    $self->_send(join(q{}, map {"$_\r\n"} $line, defined $body ? $body : ()), $line);
    my $reply = $self->{reply} = $self->_read_line($line);
    my $refused
        = defined $body
        ? qr/OUT_OF_MEMORY|INTERNAL_ERROR|JOB_TOO_BIG|DRAINING/    # else the body was a command
        : qr/OUT_OF_MEMORY|INTERNAL_ERROR|BAD_FORMAT|UNKNOWN_COMMAND/;
    if ($reply =~ /\A(?:$expected)\z/) {
        $self->{outcome} = 'known';
        return $reply;
    }
    if ($reply =~ /\A(?:$refused)\z/) {
        my $message = "$self->{server}: the server answers '$line' by $reply";
        _fail(kind => 'reply', message => $message, outcome => 'known', reply => $reply);
    }
    $reply =~ s/([^ -~])/sprintf '\\x%02x', ord $1/ge;
    return $self->_end('garbage', "'$reply' is no reply to '$line'", $line);
}

# Returns the options that are known, each as given or else as it is there.
sub _options {
    my ($given, %known) = @_;
    for my $name (sort keys %$given) {
        exists $known{$name} or _wrong("there is no option '$name'");
        $known{$name} = $given->{$name};
    }
    return %known;
}

# Returns priority, delay and ttr, checked.
sub _timing {
    my %options = _options($_[0], priority => 1024, delay => 0, ttr => 60);
    return map { _number($_, $options{$_}, $U32_MAX) } qw(priority delay ttr);
}

sub _number {
    my ($name, $value, $max) = @_;
    _wrong("$name is a number from 0 to $max, not '" . ($value // 'undef') . q{'})
        if !defined $value || $value !~ /\A[0-9]{1,10}\z/ || $value > $max;
    return $value;
}

sub _id {
    my ($id) = @_;
    _wrong(q{'} . ($id // 'undef') . q{' is no job's id}) if !defined $id || $id !~ /\A$U64\z/;
    return $id;
}

sub _tube {
    my ($tube) = @_;
    _wrong(q{'} . ($tube // 'undef') . q{' is no tube's name: 1 to 200 of A-Za-z0-9-+/;.$_()})
        if !defined $tube || $tube !~ m{\A(?!-)[-A-Za-z0-9+/;.\$_()]{1,200}\z};
    return $tube;
}

sub put {
    my ($self, $body, %options) = @_;
    my $key    = delete $options{key};
    my $timing = join q{ }, _timing(\%options);
    _wrong('the body is undef') if !defined $body;
    utf8::downgrade($body, 1) or _wrong('the body holds characters above 255: encode it first');
    $self->_start;
    my ($put, $done) = defined $key ? $self->_put_key($key) : ('put', 'INSERTED|BURIED');
    my $line = "$put $timing " . length $body;
    return (split / /, $self->_ask($line, qr/(?:$done) $U64/, $body))[1];
}

# The command of a put with this key, and its replies. Whether the server has it is asked once a
# connection: another would take the body for commands.
sub _put_key {
    my ($self, $key) = @_;
    _wrong("'$key' is no key: 1 to 64 of A-Za-z0-9-_.:+/=\@")
        if $key !~ m{\A[-A-Za-z0-9_.:+/=\@]{1,64}\z};
    if (my $line = defined $self->{extensions} ? q{} : 'list-extensions') {
        my $reply = $self->_ask($line, qr/OK [0-9]{1,10}|UNKNOWN_COMMAND/);
        $self->{extensions} = $reply =~ /\AOK/ ? $self->_read_body($reply, $line) : q{};
    }
    return ("put-key $key", 'INSERTED|KNOWN') if $self->{extensions} =~ /^- put-key$/m;
    my $why = "$self->{server}: it does not know 'put-key', which Headrace does; put without a"
        . ' key if the job may be there twice';
    return _fail(kind => 'reply', message => $why, outcome => 'known', reply => 'UNKNOWN_COMMAND');
}

sub reserve {
    my ($self, $timeout) = @_;
    _number('time-out', $timeout //= 60, 2_147_483_647);
    my $none = qr/TIMED_OUT|DEADLINE_SOON/;
    return $self->_job("reserve-with-timeout $timeout", qr/RESERVED $U64/, $none, $timeout);
}

sub reserve_job  { return $_[0]->_job('reserve-job ' . _id($_[1]), "RESERVED $_[1]") }
sub peek         { return $_[0]->_job('peek ' . _id($_[1]), "FOUND $_[1]") }
sub peek_ready   { return $_[0]->_job('peek-ready',   qr/FOUND $U64/) }
sub peek_delayed { return $_[0]->_job('peek-delayed', qr/FOUND $U64/) }
sub peek_buried  { return $_[0]->_job('peek-buried',  qr/FOUND $U64/) }

# Says a command that is answered by a job, or by 'none'; the server may take some seconds more.
sub _job {
    my ($self, $line, $found, $none, $more) = @_;
    $none //= 'NOT_FOUND';
    $self->_start($more);
    my $reply = $self->_ask($line, qr/$found [0-9]{1,10}|$none/);
    return if $reply =~ /\A(?:$none)\z/;
    my $body = $self->_read_body($reply, $line);
    return { id => (split / /, $reply)[1], body => $body };
}

# Says a command; returns whether it was done.
sub _done {
    my ($self, $line, $done, $not) = @_;
    $self->_start;
    return $self->_ask($line, qr/$done|$not/) eq $done;
}

sub delete   { return $_[0]->_done('delete ' . _id($_[1]),   'DELETED', 'NOT_FOUND') }
sub touch    { return $_[0]->_done('touch ' . _id($_[1]),    'TOUCHED', 'NOT_FOUND') }
sub kick_job { return $_[0]->_done('kick-job ' . _id($_[1]), 'KICKED',  'NOT_FOUND') }

sub bury {
    my ($self, $id, $pri) = @_;
    _number('priority', $pri //= 1024, $U32_MAX);
    return $self->_done('bury ' . _id($id) . " $pri", 'BURIED', 'NOT_FOUND');
}

sub release {
    my ($self, $id, %options) = @_;
    my ($pri, $delay) = _timing(\%options);
    return $self->_done('release ' . _id($id) . " $pri $delay", 'RELEASED', 'BURIED|NOT_FOUND');
}

sub kick {
    my ($self, $max) = @_;
    _number('maximum', $max //= 1, $U32_MAX);
    return $self->_word("kick $max", qr/KICKED $U64/);
}

sub pause_tube {
    my ($self, $tube, $seconds) = @_;
    _number('pause', $seconds, $U32_MAX);
    return $self->_done('pause-tube ' . _tube($tube) . " $seconds", 'PAUSED', 'NOT_FOUND');
}

sub use {
    my ($self, $tube) = @_;
    $self->_start;
    $self->_say_use(_tube($tube));
    $self->{tube} = $tube;
    return 1;
}

sub _say_use { return $_[0]->_ask("use $_[1]", qr/USING \Q$_[1]\E/) }

sub watch {
    my ($self, $tube) = @_;
    $self->_start;
    my $reply = $self->_ask('watch ' . _tube($tube), qr/WATCHING [0-9]+/);
    $self->{watched} = [(grep { $_ ne $tube } @{ $self->{watched} }), $tube];
    return (split / /, $reply)[1];
}

sub ignore {
    my ($self, $tube) = @_;
    $self->_start;
    my $reply = $self->_ask('ignore ' . _tube($tube), qr/WATCHING [0-9]+|NOT_IGNORED/);
    return 0 if $reply eq 'NOT_IGNORED';
    $self->{watched} = [grep { $_ ne $tube } @{ $self->{watched} }];
    return (split / /, $reply)[1];
}

# Says a command; returns the second word of the reply.
sub _word {
    my ($self, $line, $expected) = @_;
    $self->_start;
    return (split / /, $self->_ask($line, $expected))[1];
}

sub tube_used          { return $_[0]->_word('list-tube-used', qr/USING [^ ]+/) }
sub list_tubes         { return $_[0]->_list('list-tubes') }
sub list_tubes_watched { return $_[0]->_list('list-tubes-watched') }
sub stats              { return $_[0]->_facts('stats') }
sub stats_job          { return $_[0]->_facts('stats-job ' . _id($_[1])) }
sub stats_tube         { return $_[0]->_facts('stats-tube ' . _tube($_[1])) }

sub _list { return ($_[0]->_text($_[1]) // q{}) =~ /^- (.*)$/mg }

sub _facts {
    my ($self, $line) = @_;
    my $text = $self->_text($line) // return;
    return { $text =~ /^([a-z-]+): "?(.*?)"?$/mg };
}

sub _text {
    my ($self, $line) = @_;
    $self->_start;
    my $reply = $self->_ask($line, qr/OK [0-9]{1,10}|NOT_FOUND/);
    return $reply eq 'NOT_FOUND' ? undef : $self->_read_body($reply, $line);
}

package Headrace::Error;

use strict;
use warnings;
use overload
    '""' => sub { return "$_[0]{message}\n" },
    'bool' => sub { return 1 }, fallback => 1;

sub kind          { return $_[0]{kind} }
sub message       { return $_[0]{message} }
sub reply         { return $_[0]{reply} }
sub outcome_known { return $_[0]{outcome} eq 'known' }

1;
