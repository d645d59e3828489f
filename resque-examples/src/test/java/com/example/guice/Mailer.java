package com.example.guice;

/** A service of the application. */
interface Mailer {
    void send(long user);
}
