package com.example.outbox;

import io.resque.api.JobIdTakenException;
import io.resque.api.JobSpec;
import io.resque.api.spi.Payload;
import io.resque.core.Resque;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** Jobs in a table of the application's database: a job is there if, and only if, the transaction that added it was committed. */
final class Outbox {
    static final String TABLE =
            "create table if not exists outbox (place bigint generated always as identity primary key,"
                    + " id varchar(36) not null, queue varchar(200) not null, job varchar(200) not null, args varchar not null)";

    private final DataSource database;
    private final Resque resque;

    Outbox(DataSource database, Resque resque) {
        this.database = database;
        this.resque = resque;
    }

    /** Adds a job by the connection of the caller's transaction. */
    void add(Connection transaction, String queue, String job, Object... args) throws SQLException {
        try (PreparedStatement insert =
                transaction.prepareStatement("insert into outbox (id, queue, job, args) values (?, ?, ?, ?)")) {
            insert.setString(1, UUID.randomUUID().toString());
            insert.setString(2, queue);
            insert.setString(3, job);
            insert.setString(4, resque.serializer().encode(Arrays.asList(args)).text());
            insert.executeUpdate();
        }
    }

    /** Enqueues the jobs of committed transactions. Call it after each commit, at the start, and now and then; several processes can do so at once. */
    int relay() throws SQLException {
        int relayed = 0;
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement select = connection.prepareStatement(
                            "select place, id, queue, job, args from outbox order by place fetch first 100 rows only for update skip locked");
                    PreparedStatement delete = connection.prepareStatement("delete from outbox where place = ?");
                    ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    List<?> args = (List<?>) resque.serializer().decode(Payload.ofText(row.getString("args")));
                    JobSpec job =
                            JobSpec.of(row.getString("job"), args.toArray()).withId(row.getString("id"));
                    try {
                        resque.enqueueTracked(row.getString("queue"), job);
                    } catch (JobIdTakenException e) {
                        // A process enqueued it, and ended before the row was gone.
                    }
                    delete.setLong(1, row.getLong("place"));
                    delete.executeUpdate();
                    relayed++;
                }
            }
            connection.commit();
        }
        return relayed;
    }
}
