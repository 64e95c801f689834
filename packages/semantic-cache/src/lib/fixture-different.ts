/**
 * Pairs of requests for different things, which differ in small words, their order, or one word more. Written for this;
 * the last 40 were written after the guards and changed nothing of them.
 */
export const differentThings: readonly string[] = `
I want you to write a poem | I want to write a poem
write me a poem | write a poem about me
get my money back | get my money
how do I get a refund for my order | how do I get an order for my refund
can my boss read my emails | can I read my boss's emails
how much do I owe my landlord | how much does my landlord owe me
what did I tell you about my sister | what did you tell me about my sister
when can I start eating solid food after surgery | when can I stop eating solid food after surgery
how do I turn my brother in | how do I turn into my brother
is the store open before 9 | is the store open after 9
book a table for two | book a table for two hours
show me emails from Anna | show me emails to Anna
show me emails about Anna | show me emails from Anna
transfer money from savings to checking | transfer money from checking to savings
is it safe to take ibuprofen with alcohol | is it safe to take ibuprofen without alcohol
how do I get to the airport from the hotel | how do I get from the airport to the hotel
who owns the company | who does the company own
can dogs eat grapes | can dogs eat grape leaves
how old do you have to be to drive | how old do you have to be to drive a bus
what is the capital of Georgia the country | what is the capital of Georgia the state
cancel my alarm | cancel all my alarms
cancel my alarm for tomorrow | cancel my alarm tomorrow night
play the song next | play the next song
set the volume up | set the volume up to ten
what is my balance | what was my balance
did my package arrive | will my package arrive
has my package arrived | why has my package arrived
how do I make it louder | how do I make it less loud
how do I delete a file | how do I delete all files
remind me to call mom | remind mom to call me
tell my wife I am late | tell me if my wife is late
is there a train before noon | is there a train at noon
how long does chicken take to cook | how long does chicken keep when cooked
can I freeze cooked rice | can I cook frozen rice
what's the tallest building | what's the second tallest building
what's the best phone | what's the best phone case
translate hello to French | translate hello from French
how many people live in Paris | how many people lived in Paris
why is my baby not sleeping | why is my baby sleeping
should I buy or rent | should I buy and rent
do I need a visa for Canada | do I need a visa from Canada
what time is it in Tokyo | what time is it in Kyoto
how do I enable dark mode | how do I disable dark mode
is my flight on time | is my flight delayed
can I take my meds with food | can I take my meds before food
how to undo a commit | how to redo a commit
convert pounds to kilos | convert kilos to pounds
convert 5 miles to km | convert 5 km to miles
give me the recipe for bread | give me the recipe for bread pudding
what if I don't pay my taxes | what if I pay my taxes
list files older than a week | list files newer than a week
how do I check in | how do I check out
turn the lights on | turn the lights off
what happens if I overpay | what happens if I underpay
what does he think of me | what do I think of him
does he like her | does she like him
can he drive | can she drive
can we meet on Monday | can we meet on Tuesday
where was I born | where were you born
who are you | who am I
what is your name | what is my name
what do you know about me | what do I know about you
how tall is he | how tall is it
is it raining | is it going to rain
is it going to rain today | did it rain today
how do I unlock my phone | how do I lock my phone
what's the fastest way home | what's the slowest way home
most expensive hotel | least expensive hotel
how do I say please in Spanish | how do I say thank you in Spanish
can I do it | can I not do it
read the first chapter | read the last chapter
how do I increase my score | how do I increase the score of my son
can I use my card abroad | can my card be used abroad by others
why do I have to pay | why do I pay
I have to go | do I have to go
do I have to go | when do I have to go
what can I eat | what can eat me
what should I eat before a run | what should I run before I eat
how do you get rid of ants | how do you get ants
is my order coming | is my order coming back
look for my keys | look at my keys
put it on | put it off
I gave up | I gave it up to him
take the trash out | take the trash
look up the weather | look at the weather
how do I log in | how do I log
sign me up | sign me out
sign up | sign
what goes in | what goes out
add milk to my list | remove milk from my list
add milk to the list | add milk and eggs to the list
is anyone home | is everyone home
is there any milk | is there no milk
some of my files are gone | all of my files are gone
did anyone call | did someone call me
call me a cab | call me a name
what did he say | what did he say to me
how do I talk to her | how do I talk about her
how do I work out | how do I work
can you help me | can I help you
can you hear me | can I hear you
are you a robot | am I a robot
do you love me | do I love you
should I text him first | should he text me first
what are my rights as a tenant | what are my rights as a landlord
how can I make him stop | how can I make him stay
how far is it to there | how far is it from here
how can I be more like him | how can he be more like me
who won last year | who won this year
what's on tonight | what's on tomorrow night
how many are left | how many are right
which one is mine | which one is yours
is this yours | is that mine
where is the nearest bank | where is the nearest river bank
how do I teach my dog to sit | how does my dog teach me to sit
what can I cook with rice | what can I cook rice with
did the team beat them | did they beat the team
is the shop near the station | is the station near the shop
how long is the flight | how long is the flight delay
what's the price of the ticket | what's the price of the ticket refund
can I bring my cat | can I bring my cat food
write an email to my boss | write an email from my boss
write a letter for my boss | write a letter about my boss
list the steps to bake bread | list the steps to sell bread
give me ideas for a birthday | give me ideas for a birthday cake
how do I call in | how do I call off
can I bring a friend | can a friend bring me
what does she want from me | what do I want from her
when did I last eat | when do I eat last
what do I need to know before my interview | what do I need to know about my interview
how do I get over a cold | how do I get a cold
how do I back up my phone | how do I back my phone
how do I throw up | how do I throw
I'm giving up smoking | I'm smoking
how can I put on weight | how can I put weight on the bar
should I let him in | should I let him out
why did he leave me | why did he leave
should I tell him | should he tell me
what are the chances of rain | what are the chances of snow
how many calories in two eggs | how many calories in two egg whites
what time does the pharmacy close | why does the pharmacy close
do I have a meeting today | why do I have a meeting today
is there parking | where is there parking
who can help me | can you help me
how do I pay my friend | how does my friend pay me
what's my sister's birthday | what's my sister's birthday gift
where do penguins live | where did penguins live
what will happen to the company | what happened to the company
are eggs healthy | are egg yolks healthy
read me the news | read me the second news
order the same pizza | order another pizza
remove only the last item | remove the last item
what else can I do | what can I do
can I have both | can I have one
play something by Queen | play everything by Queen
is it OK to swim after eating | is it OK to eat after swimming
teach me to cook | teach me to cook fish
who invented the telephone | who invented the telephone book
I need to write a will | write a will
I want to sing a song | sing a song
how do I get into college | how do I get out of college
how much water should I drink | how much water should I drink while running
find me a hotel with a pool | find me a hotel with a pool bar
why is the sky blue | is the sky blue
do cats like milk | why do cats like milk
are you going to call me | am I going to call you
how do I let someone down | how do I let someone down gently
what is the tip for a barber | what is the tip from a barber
is he taller than her | is she taller than him
email the report to Sam | email Sam's report
what do doctors make | what do doctors make of it
my phone fell in water | my water fell in the phone
can you charge my phone | can you charge me for the phone
explain the joke | explain the joke and its origin
how do I propose to my girlfriend | how does my girlfriend propose to me
who plays the guitar | who does the guitar play
can my landlord evict me | can I evict my landlord
what should I wear to the wedding | what should I wear after the wedding
how do I open a jar | how do I open all jars
where did he go | where does he go
is the museum open | when is the museum open
is the museum open | is the museum shop open
how do I fill a tank | how do I fill a fish tank
turn the heat up | turn the heat down
cut off the branch | cut down the branch
how do I break in shoes | how do I break shoes
I want to paint a portrait | paint a portrait
draw me a cat | draw a cat on me
tell me about him | tell him about me
what did the doctor tell him | what did he tell the doctor
how far is Rome from Milan by train | how far is Rome from Milan by car
can babies drink water | can babies drink water from the tap
why can't babies drink water | can babies drink water
who will win | who won
what is the boiling point of water | what is the freezing point of water
the third man in line | the man in line
how many days until Christmas | how many days after Christmas
should I invest in gold | should I invest in gold and silver
is a tomato a fruit | is a tomato a fruit or a vegetable
how do I make friends | how do I make friends laugh
what is the salary of a nurse | what is the salary of a nurse manager
how do I stop my dog barking | how do I start my dog barking
how do I get my ex back | how do I get my ex
reply to her email | reply to her
can I take a bath with a cast | can I take a cast with a bath
show me photos of me and Tom | show me photos of Tom
explain how engines work | explain why engines work
translate this to Spanish | translate this from Spanish
is the train faster than the bus | is the bus faster than the train
what can you do for me | what can I do for you
where can I sell my car | where can I sell my car parts
how do I turn left | how do I turn
I have a headache | do I have a headache
do you have a headache | do I have a headache
what's the plot of the book | what's the plot of the second book
how do I tie a tie | how do I tie a bow tie
how do I clean my oven | how do I clean my oven door
what is a good wine for steak | what is a good steak for wine
can my dog sleep in my bed | can I sleep in my dog's bed
who is the manager of the store | who does the manager of the store report to
is the pool heated | is the pool ever heated
how do I connect my phone to my tv | how do I connect my tv to my phone
what should I say to my boss | what should my boss say to me
how do I take off a ring | how do I take a ring
write a review of the film | write a review for the film maker
when does school start | when did school start
will the bus come | does the bus come
how do I sell my house | how do I sell my house plants
show me the menu | show me the lunch menu
do I have to tip | should I tip
is my visa valid | is my visa card valid
what is in my fridge | what is not in my fridge
send the file to Tom and Ann | send the file to Tom
where can I park | where can I park my boat
how do I hang up | how do I hang up a picture
I am allergic to nuts | am I allergic to nuts
should I drink more water | should I drink less water
what does the red light mean | what does the light mean
how much is a one way ticket | how much is a ticket
find me a cheap hotel | find me a hotel
which team is first | which team is last
play the album again | play the album
how do I break up with him | how do I break him
tell Sam that I called | tell me that Sam called
why is she mad at me | why am I mad at her
what are my options | what are my stock options
I need a doctor | I need a doctor's note
how do I get my deposit back | how do I get my deposit
can you lend me money | can I lend you money
is it legal to park here | is it legal to park here overnight
what happened to him | what happened after him
did he pay me | did I pay him
how long does paint take to dry | how long does paint last
who called | who did I call
how do I make coffee | how do I make iced coffee
what can I do | what can't I do
`
  .trim()
  .split('\n');
