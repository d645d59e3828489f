/** Redis by Jedis: add this artifact to choose it. */
@NullMarked
package io.resque.backend.jedis;

import org.jspecify.annotations.NullMarked;
