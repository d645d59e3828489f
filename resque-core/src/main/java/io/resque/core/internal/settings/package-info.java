/**
 * What does a setting mean that is given as text?
 *
 * <p>Read {@code SettingReader}, then {@code SettingVariables} and {@code RedisVariables} for the meaning of an environment.
 */
@NullMarked
package io.resque.core.internal.settings;

import org.jspecify.annotations.NullMarked;
