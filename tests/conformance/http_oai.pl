# Harvest a whole list with HTTP::OAI, the Perl community's client, and print one line for each record:
# identifier, tab, title (empty for a deleted one). Arguments: base address, then pairs of OAI-PMH arguments.
use strict;
use warnings;
use HTTP::OAI;

binmode STDOUT, ':encoding(UTF-8)';
my ($address, %asked) = @ARGV;
my $harvester = HTTP::OAI::Harvester->new(baseURL => $address);
my $show = sub {
    my ($record) = @_;
    my ($title) = $record->is_deleted ? () : $record->metadata->dom->findnodes('.//*[local-name() = "title"]');
    print $record->identifier, "\t", $title ? $title->textContent : '', "\n";
};
my $list = $harvester->ListRecords(metadataPrefix => 'oai_dc', %asked, onRecord => $show);
die $list->message, "\n" if $list->is_error;
