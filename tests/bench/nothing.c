/* What a process costs that does nothing, linked as the program is: the kernel's and the C
 * library's part in a cold start. */
int main(void)
{
    return 0;
}
