package io.resque.api;

/**
 * The language of a program that wrote a job, or of a worker, as far as its bytes show it. Libraries of several languages write some jobs
 * with the same bytes: {@code {"class":"A","args":[1]}} is Ruby's, Perl's and Java's, so its language is {@link #UNKNOWN}. Anybody who can
 * write to Redis can make a job look like one of another language, so decide nothing by this that must be safe.
 */
public enum Language {
    /** This library or Jesque. */
    JAVA,
    /** Resque or Rails. */
    RUBY,
    /** php-resque. */
    PHP,
    /** node-resque. */
    NODE,
    /** pyres. */
    PYTHON,
    /** goworker. */
    GO,
    /** exq. */
    ELIXIR,
    /** More than one language writes such bytes, or none that is known. */
    UNKNOWN
}
