package io.resque.api;

/**
 * Whether the retries of this library also stand in the keys of Ruby's resque-retry, {@code resque-retry:…} and {@code
 * failure-resque-retry:…}. There Ruby's Retry page shows them, and Ruby's workers count on. If a scheduler of Ruby or Node moves a retry
 * of ours, and thereby drops the number of its runs, our workers find the number there.
 *
 * <p>The keys hold the SHA-1 of the arguments as Ruby shows them. Ruby 3.4 shows a hash in another way than earlier versions, so the keys
 * of jobs with a hash among their arguments depend on the version of Ruby's workers.
 */
public enum RetryKeys {
    /** As Ruby up to 3.3 names the keys: it shows a hash as <code>{"a"=>1}</code>. */
    RUBY_3_3,
    /** As Ruby from 3.4 on names the keys: it shows a hash as <code>{"a" => 1}</code>. */
    RUBY_3_4,
    /** No such keys. A retry that a scheduler of Ruby or Node moves counts its runs anew each time. */
    NONE
}
