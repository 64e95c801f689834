/** Pairs of texts that the default tier must keep apart, or must not, in both directions. */
import { describe, expect, it } from 'vitest';
import { dotProduct, normalizeVector } from './embedder.ts';
import { findRefusal } from './guard.ts';
import { defaultGuards } from './guards.ts';
import { lexicalEmbedder } from './lexical-embedder.ts';
import { pairTexts } from './sentence-pair.ts';

const embedder = lexicalEmbedder();

/** Whether the default tier answers `asked` with what is stored for `stored`. */
function hits(asked: string, stored: string): boolean {
  const [one, other] = (embedder.embed([asked, stored]) as Float32Array[]).map((vector) =>
    normalizeVector(vector, embedder.dimensions),
  );
  if (one === undefined || other === undefined) return false;
  const pair = pairTexts(asked, stored);
  const cosine = dotProduct(one, other);
  if (cosine < embedder.compareFrom!(asked)) return false;
  if (embedder.compare!(pair, cosine) < embedder.threshold!) return false;
  return findRefusal(defaultGuards(), pair) === undefined;
}

function pairsOf(list: string): [string, string][] {
  return list
    .trim()
    .split('\n')
    .map((line) => line.split(' | ') as [string, string]);
}

const apart = {
  'prepositions and pronouns': `
Write an email to Sarah | Write an email about Sarah
Write a poem for my mother | Write a poem about my mother
How do I talk to my boss? | How do I talk about my boss?
How do I get to work? | How do I get it to work?
Tickets to Rome | Tickets in Rome
She works for Google | She works at Google
What is it that I add 5 to 10 for | What is it that I add 5 and 10 for
add 5 to 10 | add 5 and 10
Is the book on the box? | Is the book in the box?
Is this good for dogs? | Is this good with dogs?
Give 5 to 3 | Give 5 for 3
the price of gold in 2020 | the price of gold to 2020
I need to fire a shot at a bear | I need to fire a shot for a bear
What is he for? | What is he?
the mother of John | the mother John
Who is John's mother? | Who is John mother?
What is the rate on 5? | What is the rate of 5?
Where do I look for it? | Where do I look at it?
I want that | I want it
What did you do to him? | What did you do with him?
Can I pay with my card? | Can I pay my card?`,
  'question words, auxiliaries and the form of a question': `
What is legal in Texas? | Is it legal in Texas?
What do bears eat? | Do bears eat?
What is running on port 80? | Is it running on port 80?
The server is down. | Is the server down?
The server is down. | The server is down?
Hi, the server is down? | The server is down.
The server is down? Thanks! | The server is down.
You are a doctor. | Are you a doctor?
Do dogs eat cats | dogs eat cats
How to love | How is love
What does my dog do? | What is my dog?
What does Python support? | Does Python support it?
what is it about dogs | what about dogs
Is it true that he lied? | Is he lied
What to do? | What do you do?
I'd go | I go
we'll win | we win
they'd left | they left
How is the weather? | What is the weather?
Does he smoke? | Did he smoke?
Is she a doctor? | Was she a doctor?
How do I do this? | How can we do this?`,
  'articles that tell things apart': `
What is the time? | What is time?
What is the matter? | What is matter?
I have a few friends | I have few friends
What is a man? | What is man?
Who is the president of a club? | Who is the president of the club?`,
  'noun, gerund, participle': `
Where is parking in London? | Where are the parks in London?
How much are trains in London? | How much is training in London?
Best markets in Berlin | Best marketing in Berlin
banks in Switzerland | banking in Switzerland
Why is my firewall blocking? | Why is my firewall blocked?
Is he interesting? | Is he interested?
I am bored | I am boring
Which companies acquire? | Which companies are acquired?
Who hires at Google? | Who is hired at Google?
How do I clean glasses? | How do I clean glass?
How do I clean my glasses? | How do I clean my glass?
How do I protect my arms? | How do I protect my arm?
What is the building? | What is the build?
Is my car charging? | Is my car charged?
How do I ship my painting? | How do I ship my paint?
How do trains stop? | How do train stops?
git reset | git resets`,
  names: `
Who is John Williams? | Who is John William?
who is john williams? | who is john william?
Who is Henry Adams? | Who is Henry Adam?
How do I install Windows? | How do I install a window?
How do I install Windows? | How do I install windows?
how do I install windows? | how do I install window?
recipes from Turkey | recipes from turkey
Recipes from Turkey | recipes from turkey
What is Apple worth? | What is apple worth?
What is Apple worth? | what is apple worth?
Describe China | Describe china
What is IT? | What is it?
What does WHO do? | What does who do?
the US | the us
How do I use Go? | How do I use go?
Who is Brown? | Who is brown?
Is Amazon big? | Is amazon big?
Who is the Rock? | Who is the rock?
5 pm EST | 5 pm est
What is my Polish teacher? | What is my polish teacher?
Who was Grant? | Who was grant?`,
  'slips that make another word': `
What are the side effects of inulin? | What are the side effects of insulin?
What are the intestate laws in Texas? | What are the interstate laws in Texas?
How do I choose a vocation? | How do I choose a vacation?
What is a good descent? | What is a good decent?
what are the visa rules for columbia | what are the visa rules for colombia
what are the dependent clauses | what are the dependant clauses
where are the princes | where are the princess
where are the diners | where are the dinners
what is the best carving | what is the best craving
who are the signers | who are the singers
what is the statue of john | what is the statute of john
how do I perform this | how do I preform this
what is stationary | what is stationery
what is a complement to this | what is a compliment to this
what is the prescription | what is the proscription
what is the desert in the menu | what is the dessert in the menu
what is the insulation of this | what is the insolation of this`,
  'numbers and signs': `
What is 10² plus 5? | What is 102 plus 5?
What is H₂O? | What is H2O?
What is ½ of this? | What is 1⁄2 of this?
What is 5²? | What is 52?
It costs ５ | It costs 5²
the sum of 5,6 and 7 | the sum of 5.6 and 7
Is 5 > 3? | Is 5 < 3?
It is 5 am | It is 5
Is it -5 outside? | Is it 5 outside?
What is 5% of it? | What is 5 of it?`,
  'other languages': `
Quién mató a Juan | A quién mató Juan
Quiero ver a Juan | Quiero ver Juan
Koffie of thee | Koffie thee
Koffie of thee bestellen | Koffie thee bestellen
Le chat mange la souris | La souris mange le chat
Ist das gut | Das ist gut
Hunde sind gut | Sind Hunde gut
Wo wohnen Sie? | wo wohnen sie?
Das ist an der Wand | Das ist der Wand
Vuelos a Madrid | Vuelos Madrid
bilet do Warszawy | bilet Warszawy
Quiero ver a The Killers | Quiero ver The Killers
我喜欢你 | 你喜欢我
これは本ですか | これは本です
هل هو كبير | هو كبير
Le livre dont il parle | Le livre do not il parle
Hij is in de kamer | Hij is de kamer
Me gusta el té | Me gusta el te
Es bueno | ¿Es bueno?
Est-ce bon? | Est-ce bon`,
  'polite openings': `
Can you swim? | swim
could you kill a man | kill a man
would you kill yourself | kill yourself
Tell me lies | lies
give me liberty | liberty
Can you legally record a call in Ohio? | legally record a call in Ohio
Do you know Python? | Python
Can you write poems? | write poems
Hello world in Python, how do I write it? | world in Python, how do I write it?
How do I say please | How do I say
How do I say thanks | How do I say
What do you say, thanks | What do you say
I aim to please | I aim to
They do as they please | They do as they
Please | please me
Please the crowd with it | the crowd with it
Can you please my mother? | my mother
Please everyone there | everyone there
Please say that | say what
Can you turn off the lights? | Turn off the lights
Hello, swim | swim
How should I please my wife? | How should I my wife?`,
  'openings that ask something else': `
How do I look in this dress? | How to look in this dress
How do you feel? | How do I feel?
How do you work? | How do I work?
How could I forget her? | How do I forget her?
How should I invest? | How do I invest?
What is the best way to lose weight? | How to lose weight
Do you know how to swim? | How to swim
Do you know Python? | Tell me Python
Can you explain it? | Can I explain it?
Would you recommend the iPhone? | Recommend the iPhone
Can you write code? | Write code
Can you write a poem? | Write a poem
Tell me a joke | What is a joke?
Tell me the truth about cats | What is the truth about cats?
Tell me about the moon | What is the moon?
Tell me when the show is over | When is the show over?
Tell me when to stop | When to stop
Show me my balance | What is my balance?
Show me how to do it | Show me how you do it
Give me the capital of France | Give the capital of France
Write me the letter | Write my letter
Write me | Write
Where do I go? | Where can I go?
Where can I find this? | Where did I find this?
I want to know how to do it | I want to do it
I want you to go | I want to go
I want you to know me | I know me
I was wondering where you were | Where are you?
What are the odds? | What were the odds?
What is the matter? | What is matter?
Tell me your name | Tell me my name
Please how | how
Explain the moon | What is the moon?
Explain how he did it | How did he do it?
Explain how planes fly | How do planes work?
How do you work? | How does it work?
How hard does he work? | How does he work?
How will this work? | How does this work?
Explain how I work | How do I work?
Can you tell me what was said and what is true? | What is said and what was true?
Hello, how are you? | Hello how
Hello world in Python, how to write it? | How to write it?
Hey Jude, how do I play it? | How do I play it?
Hello, how do I say that in French? | How do I say that in French?
Good morning, what does that mean? | What does that mean?
No, how do I do it? | How do I do it?
Thanks a lot, how is it? | How is it?
I like it very much | I like it`,
  'code and identifiers': `
What is .net? | What is net?
What is .NET? | What is .net?
SELECT name FROM users | SELECT names FROM users
SELECT name FROM users | select name from users
What is node.js? | What is node js?
list the files in /etc | list the files in /tmp
rm -rf / | rm -rf .
foo.bar | foo bar
What is myValue? | What is myvalue?
What is the use of C++? | What is the use of C?
What is my_value? | What is my value?
re-sign the contract | resign the contract
What is re-cover? | What is recover?
Fix this:\u2028if x | Fix this: if y`,
  punctuation: `
Let's eat, grandma | Let's eat grandma
the dogs' owner | the dog's owner
the boy's books | the boys books
What does "it" mean? | What does it mean?
A woman, without her man | A woman without her, man`,
} satisfies Record<string, string>;

for (const [kind, list] of Object.entries(apart)) {
  describe(`the default tier keeps apart: ${kind}`, () => {
    it.each(pairsOf(list))('%j and %j', (left, right) => {
      expect([hits(left, right), hits(right, left)]).toEqual([false, false]);
    });
  });
}

describe('the default tier takes for the same', () => {
  it.each(
    pairsOf(`
What is the capital of France? | what is the capital of france
What is the capital of France? | Whats the capital of France
What is the capital of France? | What's the capital of France
What is the capital of France? | What’s the capital of France??
What is the capital of France? | what's the capital of france
What is the capital of France? | What is   the capital of France !
What is the capital of France? | What is the captial of France?
What is the capital of France? | What is the capital of France, please?
What is the capital of France? | what is the capital of france please
What is the capital of France? | What is the capital of France? Thanks!
What is the capital of France? | what is the capital of France? Thank you
Translate good morning into Spanish | Please translate good morning into Spanish.
Translate good morning into Spanish | Could you please translate good morning into Spanish?
Explain how the sun works | Please explain how the sun works, thanks
How do I receive the package? | How do I recieve the package?
Is this definitely the address? | Is this definately the address?
Is this definitely the address? | Is this definitely the adress?
Which is the best restaurant in Rome? | which is the best restaurnat in rome
How do I reset my password? | how do i reset my passwords
Where are your offices? | where are your office
Who is the best player in Spain? | who is best player in spain
Why can't I log in? | why can not I log in?
Why don't cats bark? | Why dont cats bark
We are what we've seen | we are what we have seen
What is two plus two? | what is 2 plus 2
How do I do this? | How can I do this?
Play the next song | Please play the next song.
Turn off the lights | Could you please turn off the lights?
How do I reset my password? | How to reset my password
How do I reset my password? | how can i reset my passwords?
How do I reset my password? | Can you tell me how to reset my password?
How do I reset my password? | Could you please tell me how I can reset my password
How do I reset my password? | I want to know how to reset my password.
How do I reset my password? | I'd like to know how can I reset my password
How do I reset my password? | Hi, how do I reset my password?
How do I reset my password? | Hello there! Please show me how to reset my password. Thanks!
How do I reset my password? | How does one reset my password?
How do I reset my password? | Ok, how do I reset my password? Thanks in advance!
How do I reset my password? | Hello! How can I reset my password? Thank you very much.
What is the capital of France? | Tell me the capital of France
What is the capital of France? | Can you tell me the capital of France?
What is the capital of France? | Please tell me what the capital of France is.
What is the capital of France? | Do you know what the capital of France is?
What is the capital of France? | I was wondering what the capital of France is
What are the colors of the flag? | Tell me the colors of the flag
What's the gist, and who wrote it? | What is the gist, and who wrote it?
Who wrote Hamlet? | Can you tell me who wrote Hamlet?
Why is the sky blue? | Can you tell me why the sky is blue?
Why are cats so lazy? | I was wondering why cats are so lazy.
How do planes work? | Explain how planes work
How does the heart work? | Can you explain to me how the heart works?
How does the heart work? | please explain how the heart works
What is the difference between a crow and a raven? | Explain the difference between a crow and a raven.
How do I bake bread? | Can you explain how to bake bread?
Give me a recipe for banana bread | Can you give me a recipe for banana bread?
Who wrote Hamlet? | Do you know who wrote Hamlet?
Where is the station? | Could you tell me where the station is?
What is my balance? | Tell me my balance, please
Where can I find my invoices? | Where to find my invoices
Where do I find my invoices? | Can you tell me where to find my invoices?
Explain how the sun works | Can you explain how the sun works?
Give me an overview of this | Could you give me an overview of this?
Write a poem about the sea | Write me a poem about the sea
Write a poem about the sea | I want you to write a poem about the sea
Write a poem about the sea | I'd like you to write me a poem about the sea.
Tell me a joke about the sea | Can you tell me a joke about the sea?
Dogs are the best. | dogs are the best
Was ist das? | was  ist das ?!
Où est la gare ? | où est la gare?
今天天气怎么样？ | 今天天气怎么样?
Juan vive en Madrid. | juan vive en Madrid`),
  )('%j and %j', (left, right) => {
    expect([hits(left, right), hits(right, left)]).toEqual([true, true]);
  });
});
