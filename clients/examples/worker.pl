#!/usr/bin/perl
# Runs a command for each job of a tube, with the body on its stdin; exit 0 deletes the job,
# anything else buries it. Usage: worker.pl TUBE COMMAND... ; HEADRACE_SERVER says where the
# server is.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/..";
use Headrace;

my ($tube, @command) = @ARGV;
local $SIG{PIPE} = 'IGNORE';    # a command need not read its stdin
my $queue = Headrace->new;
while (1) {
    eval {
        $queue->connect->watch($tube);
        $queue->ignore('default') if $tube ne 'default';
        while (1) {
            my $job = $queue->reserve(60) or next;
            open my $stdin, q{|-}, @command or die "$command[0]: $!\n";
            print {$stdin} $job->{body};
            close($stdin) ? $queue->delete($job->{id}) : $queue->bury($job->{id});
        }
    };
    warn $@;
    sleep 1;
}
