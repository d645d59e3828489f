/**
 * What is a request, what is a response, and which requests are refused?
 *
 * <p>Read {@code WebRequest} and {@code Gate}; {@code JdkAdapter} and {@code ServletAdapter} carry requests from the two servers.
 */
@NullMarked
package io.resque.web.internal.http;

import org.jspecify.annotations.NullMarked;
