package com.example.springshop;

interface Mailer {
    void send(long user, String text);
}
