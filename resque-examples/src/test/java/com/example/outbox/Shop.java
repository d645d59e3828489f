package com.example.outbox;

import io.resque.api.JobInfo;
import io.resque.api.ResqueListener;
import io.resque.core.Resque;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** Takes an order, and is killed at the place that its third argument names. */
final class Shop {
    private final DataSource database;
    private final Outbox outbox;

    Shop(DataSource database, Outbox outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    static DataSource database(String url) throws SQLException {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL(url);
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists orders (number bigint primary key)");
            statement.execute(Outbox.TABLE);
        }
        return database;
    }

    void order(long number) throws SQLException {
        try (Connection transaction = database.getConnection();
                Statement statement = transaction.createStatement()) {
            transaction.setAutoCommit(false);
            statement.executeUpdate("insert into orders values (" + number + ")");
            outbox.add(transaction, "mail", "OrderMail", number);
            transaction.commit();
        }
    }

    public static void main(String[] args) throws SQLException {
        try (Resque resque = Resque.builder()
                .url(args[1])
                .backend("jedis")
                .serializer("gson")
                .build()) {
            if (args[2].equals("enqueued")) {
                resque.listen(new ResqueListener() {
                    @Override
                    public void afterEnqueue(JobInfo job) {
                        Runtime.getRuntime().halt(137);
                    }
                });
            }
            DataSource database = database(args[0]);
            Outbox outbox = new Outbox(database, resque);
            new Shop(database, outbox).order(7);
            if (args[2].equals("committed")) {
                Runtime.getRuntime().halt(137);
            }
            outbox.relay();
        }
    }
}
