package io.resque.core;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What one class logs while this is open. */
public final class CapturedLog implements AutoCloseable {
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final Logger logger;

    public CapturedLog(Class<?> of) {
        logger = (Logger) LoggerFactory.getLogger(of);
        events.list = new CopyOnWriteArrayList<>(); // other threads log while a test reads
        events.start();
        logger.setLevel(Level.TRACE);
        logger.addAppender(events);
    }

    /** Level and message of each line. */
    public List<String> lines() {
        return events.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(events);
        logger.setLevel(null);
    }
}
