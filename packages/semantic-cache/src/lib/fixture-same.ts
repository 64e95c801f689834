/** Pairs of requests for the same thing in other words. Written for this; the last 20 after the guards. */
export const sameThings: readonly string[] = `
how do I reset my password | how can I reset my password please
how do I reset my password | what's the way to reset my password
cancel my subscription | I want to cancel my subscription
cancel my subscription | please cancel my subscription for me
what is the weather in Berlin | what's the weather like in Berlin
what's the weather in Berlin | tell me the weather in Berlin
show me my balance | what is my balance
what is the capital of France | can you tell me the capital of France
what is the capital of France | do you know the capital of France
set an alarm for 7 am | can you set an alarm for 7 am
set an alarm for 7 am | please set my alarm for 7 am
how do I change my address | I need to change my address
how do I change my address | I'd like to change my address
where is my order | can you tell me where my order is
track my order | I want to track my order
play some jazz | play jazz music
how many calories are in an apple | how many calories does an apple have
what time does the store open | when does the store open
how do I contact support | how can I get in contact with support
what's your return policy | tell me about your return policy
explain photosynthesis | explain what photosynthesis is
explain recursion to me | explain recursion
write a haiku about rain | write me a haiku about rain
what are the symptoms of flu | what are flu symptoms
how to boil an egg | how do you boil an egg
how to boil an egg | how to boil eggs
recommend a good book | can you recommend me a good book
i lost my card | i have lost my card
i lost my card | my card is lost
is it going to rain today | will it rain today
what does GDP stand for | what is GDP short for
how old is the universe | what is the age of the universe
who wrote Hamlet | who is the author of Hamlet
turn on the lights | turn the lights on
what's on my calendar today | what do I have on my calendar today
book a flight to Rome | I need to book a flight to Rome
I'd like to book a flight to Rome | help me book a flight to Rome
how do I install node on ubuntu | installing node on ubuntu
difference between tcp and udp | what is the difference between tcp and udp
pay my electricity bill | I want to pay my electricity bill
how do I delete my account | how can I delete my account
how do I delete my account | I want to delete my account
what is the population of Spain | what's Spain's population
turn off the alarm | switch off the alarm
turn off the alarm | turn the alarm off
what's the score | tell me the score
how much does it cost to ship | what does it cost to ship
when is my rent due | can you tell me when my rent is due
how long do I boil an egg | how long should I boil an egg
explain how a rainbow forms | how does a rainbow form
what are good gifts for dad | what is a good gift for dad
show me restaurants nearby | are there any restaurants nearby
show my recent orders | show me my recent orders
i forgot my password | i have forgotten my password
who painted the mona lisa | do you know who painted the mona lisa
write a poem about the sea | could you write me a poem about the sea
add eggs to my shopping list | put eggs on my shopping list
add eggs to my shopping list | please add eggs to the shopping list
cancel the meeting at 3 pm | cancel the 3 pm meeting
what time is my flight | when is my flight
how do I sort a list in python | how to sort a list in python
how do I sort a list in python | python sort a list
is it cold outside | is it cold outside right now
what's the wifi password | tell me the wifi password
can you recommend a book | recommend me a book
is my credit score good | do I have a good credit score
find a gas station near me | find me a gas station nearby
what does this word mean | what is the meaning of this word
set a timer for ten minutes | set a ten minute timer
increase the volume | turn up the volume
how do you make pancakes | how do I make pancakes
I need help with my taxes | help me with my taxes
what's the phone number of the bank | what is the bank's phone number
i'd like to reserve a table | i want to reserve a table
how do I cancel my membership | how can I cancel my membership
cancel my membership | can you cancel my membership please
what is my credit limit | tell me my credit limit
what's my credit limit | what is the limit on my credit card
how much is a stamp | how much does a stamp cost
when does the bank open | what time does the bank open
what's the weather today in Oslo | what's the weather in Oslo today
set the volume to 5 | set volume to 5
who is the president of France | can you tell me who the president of France is
i want to order a pizza | order a pizza
i want to order a pizza | can I order a pizza
list vegetarian recipes | show me vegetarian recipes
give me a recipe for lasagna | lasagna recipe
how do I fix a flat tire | how to fix a flat tire
how do I fix a flat tire | fixing a flat tire
remind me to water the plants | set a reminder to water the plants
is there a pharmacy nearby | are there pharmacies nearby
what ingredients do I need for pancakes | what are the ingredients for pancakes
where is my package | I want to know where my package is
make the text bigger | make the text larger
explain black holes | what are black holes
what does a lawyer do | what do lawyers do
how long is the movie | what is the length of the movie
translate good night to French | how do you say good night in French
send an email to Bob | email Bob
how do I clean my oven | what is the way to clean my oven
how do I clean my oven | I want to know how to clean my oven
send money to Anna | can you send money to Anna
what is my routing number | tell me my routing number
what is my routing number | I need my routing number
how many ounces are in a cup | how many ounces in a cup
what's the exchange rate for euros | what is the euro exchange rate
set a reminder to buy milk | remind me to buy milk
cancel my dinner reservation | I would like to cancel my dinner reservation
read my messages | can you read me my messages
what meetings do I have today | do I have any meetings today
what meetings do I have today | show me today's meetings
where can I buy stamps | where do I buy stamps
is the bank open on Sunday | is the bank open Sunday
how's the traffic to work | what is the traffic like to work
roll a dice | please roll a dice
tell me a joke | can you tell me a joke please
what's my flight number | what is the number of my flight
increase my credit limit | I'd like to increase my credit limit
recommend a restaurant | can you recommend a restaurant
`
  .trim()
  .split('\n');
