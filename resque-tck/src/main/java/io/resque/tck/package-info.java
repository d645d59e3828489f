/**
 * The compatibility kit: tests that check an adapter against the bytes that Ruby Resque, php-resque and node-resque
 * write.
 */
@NullMarked
package io.resque.tck;

import org.jspecify.annotations.NullMarked;
