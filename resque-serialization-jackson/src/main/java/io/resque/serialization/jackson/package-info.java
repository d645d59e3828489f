/** The adapter for Jackson 3: {@link io.resque.serialization.jackson.JacksonSerializerProvider}. */
@NullMarked
package io.resque.serialization.jackson;

import org.jspecify.annotations.NullMarked;
