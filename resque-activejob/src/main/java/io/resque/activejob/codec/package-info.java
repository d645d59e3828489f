/**
 * The arguments of ActiveJob as Java values, and back. It knows nothing of Resque: a tree is what a JSON library makes of a text, of {@link
 * java.util.Map}, {@link java.util.List}, {@link java.lang.String}, {@link java.lang.Number}, {@link java.lang.Boolean} and null. Begin
 * with {@link io.resque.activejob.codec.ArgumentCodec}.
 */
@NullMarked
package io.resque.activejob.codec;

import org.jspecify.annotations.NullMarked;
