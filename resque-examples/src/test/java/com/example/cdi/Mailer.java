package com.example.cdi;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A service of the application. */
@ApplicationScoped
public class Mailer {
    private final List<Long> sent = new CopyOnWriteArrayList<>();

    void send(long user) {
        sent.add(user);
    }

    List<Long> sent() {
        return sent;
    }
}
