/** The compatibility kit: proves an adapter against the bytes of Ruby Resque, php-resque and node-resque. */
@NullMarked
package io.resque.tck;

import org.jspecify.annotations.NullMarked;
