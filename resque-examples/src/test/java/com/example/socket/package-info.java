/** An adapter as an outside project would write it. docs/write-an-adapter.md explains it. */
@NullMarked
package com.example.socket;

import org.jspecify.annotations.NullMarked;
