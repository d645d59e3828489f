/** Tests of the codec. */
@NullMarked
package io.resque.activejob.codec;

import org.jspecify.annotations.NullMarked;
