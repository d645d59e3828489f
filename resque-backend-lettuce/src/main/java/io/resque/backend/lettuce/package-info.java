/** Redis by Lettuce: add this artifact to choose it. */
@NullMarked
package io.resque.backend.lettuce;

import org.jspecify.annotations.NullMarked;
