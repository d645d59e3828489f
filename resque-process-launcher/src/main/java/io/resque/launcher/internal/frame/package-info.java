/**
 * What do a worker and its child say to each other, and as which bytes? This code runs on both sides.
 *
 * <p>Read {@code FrameType}, the list of all messages; {@code JobMessages}, those with several parts; {@code FrameChannel}, which
 * sends and receives them, by pipes ({@code StreamFrames}) or by a socket ({@code SocketFrames}, {@code ParentAddress}); then {@code
 * TreeWriter} and {@code TreeReader}, the encoding. A child loads nearly all of it, so the rule of {@code ArchitectureTest} for the room
 * {@code child} holds here too.
 */
@NullMarked
package io.resque.launcher.internal.frame;

import org.jspecify.annotations.NullMarked;
