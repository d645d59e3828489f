package io.resque.backend.lettuce;

import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandType;
import io.netty.buffer.ByteBuf;
import io.resque.backend.redis.RedisLink;

/** A command that gets its words in the client's thread, when it is about to be written. */
final class LateLettuceCommand extends AsyncCommand<byte[], byte[], Object> {
    /** When it has waited for too long, as {@link System#nanoTime} counts. */
    final long due;

    final OpenConnection connection;
    private final RedisLink.LateCommand command;
    private volatile boolean asked;
    private volatile boolean overdue;

    LateLettuceCommand(RedisLink.LateCommand command, OpenConnection connection, long due) {
        super(new Command<>(CommandType.EVALSHA, new AnyReply()));
        this.command = command;
        this.connection = connection;
        this.due = due;
    }

    @Override
    public void encode(ByteBuf out) {
        asked = true;
        LettuceCommands.command(command.words()).encode(out);
    }

    /** Whether it may have been sent. */
    boolean wasAsked() {
        return asked;
    }

    /** Ends it, since it has waited for too long. */
    void giveUp() {
        overdue = true;
        // Before the command ends, or its caller tries again on this connection.
        connection.close();
        cancel();
    }

    boolean wasGivenUp() {
        return overdue;
    }
}
