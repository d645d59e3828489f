/**
 * What do all rooms of the launcher share? Two classes that run both in a worker and in a child, and the names that more than
 * one room must know.
 *
 * <p>Read {@code ProcessTitle} and {@code ThrownText}, which a child loads at each start; then {@code OwnVariables} and
 * {@code PublicNames}. Each of the other rooms may use this one. It uses none of them.
 */
@NullMarked
package io.resque.launcher.internal.support;

import org.jspecify.annotations.NullMarked;
