"""What answers in real time: deployed models, live events, and the requests that join them."""
