/**
 * The compatibility kit: an adapter extends the class of its port, such as {@link io.resque.tck.JobSerializerTck}, and
 * is checked against the rules of {@code spec/wire-format.md} and the recorded bytes of Ruby Resque, php-resque and
 * node-resque.
 */
@NullMarked
package io.resque.tck;

import org.jspecify.annotations.NullMarked;
