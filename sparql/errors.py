"""What can go wrong with a SPARQL query, and its HTTP status. Source: SPARQL 1.1 Protocol, section 2.1."""

from repository.errors import MutualisError


class SparqlError(MutualisError):
    """Any refusal or failure of the endpoint."""

    status = 400


class BadRequest(SparqlError):
    """The request breaks the protocol; each cause has its own sentence below."""


class NoQuery(BadRequest):
    message = "The request holds no query; send one in the parameter query, or as the body of a POST."


class SeveralQueries(BadRequest):
    message = "The request holds {count} queries; send one at a time."


class NotText(BadRequest):
    message = "The request is not valid UTF-8 at byte {position}; save the query as UTF-8 and send it again."


class BadGraphAddress(BadRequest):
    message = "{value} in the parameter {parameter} is not an absolute IRI; give the graph's full address."


class NoSuchLink(SparqlError):
    message = "There is no link {name}; ask for it where you found it, or write the query anew."
    status = 404


class NoMoreLinks(SparqlError):
    message = "The query is too long for a link, or no more links can be kept; pass on the query itself."
    status = 413


class OneGraph(BadRequest):
    message = "Name one graph: ?graph= with its address, or ?default."


class NoSuchGraph(SparqlError):
    message = "There is no graph {graph}; the parts of the dataset are listed in the service description."
    status = 404


class ReadOnlyGraphs(SparqlError):
    message = "{method} is not offered here, since graphs can only be read; use GET."
    status = 405


class MalformedQuery(SparqlError):
    message = (
        "Line {line}, column {column} is not valid SPARQL 1.1 (expected there: {expected}); "
        "correct the query and send it again."
    )


class UndeclaredPrefix(SparqlError):
    message = (
        "Line {line}, column {column} uses the prefix {prefix}, which the query does not declare; "
        "begin the query with PREFIX {prefix} <{namespace}>."
    )


class MalformedRemoteQuery(SparqlError):
    message = "The query is not valid SPARQL 1.1: {reason}. Correct the query and send it again."


class TextSearchForm(SparqlError):
    message = (
        'text:query is written in a form that is not known here; write ?resource text:query "words", '
        'or (?resource ?score) text:query ("words" 20).'
    )


class TextSearchTooMuch(SparqlError):
    message = (
        "text:query takes at most {words} words, and stands at most {times} times in a query of at most {characters} "
        "characters; search for less."
    )


class SearchNotHere(SparqlError):
    message = "A dump holds no search index; leave text:query out, or ask the catalogue itself."


class UpdateRefused(SparqlError):
    message = (
        "This endpoint only reads, and {word} at line {line}, column {column} would write; "
        "ask with SELECT, ASK, CONSTRUCT or DESCRIBE."
    )


class ServiceRefused(SparqlError):
    message = (
        "SERVICE at line {line}, column {column} is refused, since this endpoint calls no other; "
        "query the other endpoint yourself and give its results in VALUES."
    )


class QueryTooLong(SparqlError):
    message = "The query has {length} characters and the most is {most}; send it in parts."
    status = 413


class QueryTooDeep(SparqlError):
    message = "The query nests {what} {depth} deep and the most is {most}; write it flatter."


class QueryTooHeavy(SparqlError):
    message = (
        "The query needed more than {megabytes} MB of memory and was stopped; "
        "select fewer things first, or ask for one country or sector at a time."
    )


class QueryBrokeWorker(SparqlError):
    message = "The query is too complex to be answered and was stopped; write it in simpler parts."


class QueryFailed(SparqlError):
    message = "The query is valid, but could not be answered: {reason}. Change that part of it."


class QueryTimedOut(SparqlError):
    message = (
        "The query ran longer than {seconds} seconds and was stopped, without a partial answer; "
        "add a filter or a LIMIT, or select the concepts first."
    )
    status = 504


class ResultTooLarge(SparqlError):
    """The answer is refused whole: a part sent with a good status would be taken for all of it."""

    status = 413


class TooManyRows(ResultTooLarge):
    message = (
        "The answer has more than {most} rows and was not sent, so that you do not take a part for the whole; "
        "add a LIMIT and page by a filter on the last value."
    )


class TooManyForWorkbook(ResultTooLarge):
    message = "The answer has more than {most} rows, too many for a workbook; ask for csv, or for fewer rows."


class TooManyBytes(ResultTooLarge):
    message = (
        "The answer has more than {most} bytes and was not sent, so that you do not take a part for the whole; "
        "ask for fewer columns or rows."
    )


class TooManyAtOnce(SparqlError):
    message = "Another query from your address is still running; wait for its answer, or try again in {seconds} s."
    status = 429


class EndpointBusy(SparqlError):
    message = "All query workers are busy; try again in {seconds} s."
    status = 503


class LongQueriesBusy(SparqlError):
    message = (
        "The query needs longer than {short} seconds, and other long queries are running; "
        "try again in {seconds} s, or ask for less."
    )
    status = 503


class Abandoned(SparqlError):
    """Whoever asked has gone; nobody reads this."""

    message = "The query was stopped, since the connection was closed before the answer was there."
    status = 499


class NotReady(SparqlError):
    message = "The triple store is still being built; try again in {seconds} s."
    status = 503


class EngineUnreachable(SparqlError):
    message = "The SPARQL server {address} does not answer ({reason}); start it, or correct the setting sparql_engine."
    status = 503


class EngineFailed(SparqlError):
    message = "The SPARQL engine failed on this query ({reason}); write to the administrator with the query."
    status = 500


class WrongMediaType(SparqlError):
    message = (
        "A body of type {given} is not read here; send application/sparql-query "
        "or application/x-www-form-urlencoded in UTF-8."
    )
    status = 415


class WrongMethod(SparqlError):
    message = "{method} is not offered here; use GET or POST."
    status = 405
