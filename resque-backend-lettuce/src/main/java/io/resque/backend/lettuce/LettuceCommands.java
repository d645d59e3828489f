package io.resque.backend.lettuce;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Makes Lettuce's commands of words. */
final class LettuceCommands {
    static final byte[][] PING = words("PING");

    /** In RESP2 a connection is told nothing that it has not asked for. */
    static final List<byte[][]> START_TRACKING = List.of(words("HELLO", "3"), words("CLIENT", "TRACKING", "ON"));

    private LettuceCommands() {}

    private static byte[][] words(String... words) {
        return Stream.of(words)
                .map(word -> word.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }

    static AsyncCommand<byte[], byte[], Object> command(byte[][] words) {
        CommandArgs<byte[], byte[]> args = new CommandArgs<>(ByteArrayCodec.INSTANCE);
        for (int i = 1; i < words.length; i++) {
            args.add(words[i]);
        }
        return new AsyncCommand<>(new Command<>(new Keyword(words[0]), new AnyReply(), args));
    }

    private record Keyword(byte[] word) implements ProtocolKeyword {
        @Override
        public byte[] getBytes() {
            return word;
        }

        @Override
        @SuppressWarnings("deprecation") // Lettuce before 6.5 asks for it
        public String name() {
            return toString();
        }

        @Override
        public String toString() {
            return new String(word, StandardCharsets.US_ASCII);
        }
    }
}
